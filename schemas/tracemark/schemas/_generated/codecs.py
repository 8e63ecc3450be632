"""Checks and encoders. Generated from the .avsc files by `python -m tracemark.schemas.codegen`; do not edit."""

from tracemark.schemas.checking import (
    FORMATS,
    check_array,
    check_map,
    check_number,
    fail_enum,
    fail_format,
    fail_type,
)
from tracemark.schemas.codec import Delivery, EventCodec, Row
from tracemark.schemas.writing import (
    VARINTS,
    write_array,
    write_double,
    write_long,
    write_map_long,
    write_map_string,
    write_string,
)

_AIGC = FORMATS["aigc"]
_ID = FORMATS["id"]
_JURISDICTION = FORMATS["jurisdiction"]
_LANGUAGE = FORMATS["language"]
_MEDIA_TYPE = FORMATS["media_type"]
_SPAN_ID = FORMATS["span_id"]
_SUBJECT_REF = FORMATS["subject_ref"]
_TRACE_ID = FORMATS["trace_id"]
_UUID = FORMATS["uuid"]
_UUID_TEXT = FORMATS["uuid_text"]

_AIGCLABEL = {
    "is_generated": VARINTS[0],
    "may_be_generated": VARINTS[1],
    "suspected_generated": VARINTS[2],
}
_AIGCLABEL_SET = frozenset(_AIGCLABEL)

_APPEAL = {
    "none": VARINTS[0],
    "filed": VARINTS[1],
    "upheld": VARINTS[2],
    "overturned": VARINTS[3],
}
_APPEAL_SET = frozenset(_APPEAL)

_AUDIENCECLASS = {
    "public_mainland": VARINTS[0],
    "public_outside": VARINTS[1],
    "staff_or_member": VARINTS[2],
    "test": VARINTS[3],
    "unknown": VARINTS[4],
}
_AUDIENCECLASS_SET = frozenset(_AUDIENCECLASS)

_CLOSEDBY = {
    "owner": VARINTS[0],
    "adopter": VARINTS[1],
}
_CLOSEDBY_SET = frozenset(_CLOSEDBY)

_CONTENTFORM = {
    "text_1": VARINTS[0],
    "bytes_1": VARINTS[1],
}
_CONTENTFORM_SET = frozenset(_CONTENTFORM)

_DETECTOR = {
    "keyword": VARINTS[0],
    "classifier": VARINTS[1],
    "llm_judge": VARINTS[2],
    "human": VARINTS[3],
    "user_report": VARINTS[4],
    "authority_order": VARINTS[5],
}
_DETECTOR_SET = frozenset(_DETECTOR)

_DURABILITY = {
    "journal": VARINTS[0],
    "memory": VARINTS[1],
}
_DURABILITY_SET = frozenset(_DURABILITY)

_DUTYBASIS = {
    "ds17_1_1_text_dialogue_writing": VARINTS[0],
    "ds17_1_2_voice": VARINTS[1],
    "ds17_1_3_face_pose_person": VARINTS[2],
    "ds17_1_4_immersive_scene": VARINTS[3],
    "ds17_1_5_other_significant": VARINTS[4],
    "ds17_2_offer_function": VARINTS[5],
    "none": VARINTS[6],
}
_DUTYBASIS_SET = frozenset(_DUTYBASIS)

_FINISH = {
    "complete": VARINTS[0],
    "stopped": VARINTS[1],
    "refused": VARINTS[2],
    "partial": VARINTS[3],
    "error": VARINTS[4],
}
_FINISH_SET = frozenset(_FINISH)

_LABELCARRIER = {
    "text_prompt": VARINTS[0],
    "generic_symbol": VARINTS[1],
    "voice_prompt": VARINTS[2],
    "audio_rhythm": VARINTS[3],
    "graphic_mark": VARINTS[4],
    "interface_notice": VARINTS[5],
    "file_metadata": VARINTS[6],
    "digital_watermark": VARINTS[7],
    "c2pa_manifest": VARINTS[8],
}
_LABELCARRIER_SET = frozenset(_LABELCARRIER)

_LABELKIND = {
    "explicit": VARINTS[0],
    "implicit": VARINTS[1],
}
_LABELKIND_SET = frozenset(_LABELKIND)

_LABELPOSITION = {
    "start": VARINTS[0],
    "end": VARINTS[1],
    "middle": VARINTS[2],
    "interface": VARINTS[3],
    "around_text": VARINTS[4],
    "in_image": VARINTS[5],
    "opening_frame": VARINTS[6],
    "player_surround": VARINTS[7],
    "during_service": VARINTS[8],
    "other": VARINTS[9],
}
_LABELPOSITION_SET = frozenset(_LABELPOSITION)

_LABELSTATE = {
    "applied": VARINTS[0],
    "verified": VARINTS[1],
    "preserved": VARINTS[2],
    "rewritten_by_platform": VARINTS[3],
    "waived_by_grant": VARINTS[4],
    "missing": VARINTS[5],
    "altered": VARINTS[6],
    "forged": VARINTS[7],
    "hidden": VARINTS[8],
}
_LABELSTATE_SET = frozenset(_LABELSTATE)

_LENGTHBUCKET = {
    "chars_0": VARINTS[0],
    "chars_1_15": VARINTS[1],
    "chars_16_63": VARINTS[2],
    "chars_64_255": VARINTS[3],
    "chars_256_1023": VARINTS[4],
    "chars_1024_4095": VARINTS[5],
    "chars_4096_16383": VARINTS[6],
    "chars_16384_up": VARINTS[7],
}
_LENGTHBUCKET_SET = frozenset(_LENGTHBUCKET)

_MODALITY = {
    "text": VARINTS[0],
    "image": VARINTS[1],
    "audio": VARINTS[2],
    "video": VARINTS[3],
    "virtual_scene": VARINTS[4],
    "other": VARINTS[5],
}
_MODALITY_SET = frozenset(_MODALITY)

_MODERATIONACTIONKIND = {
    "pass": VARINTS[0],
    "refuse": VARINTS[1],
    "stop_generation": VARINTS[2],
    "stop_transmission": VARINTS[3],
    "remove": VARINTS[4],
    "block": VARINTS[5],
    "disconnect_link": VARINTS[6],
    "label_then_continue": VARINTS[7],
    "rumour_rebuttal": VARINTS[8],
    "restore": VARINTS[9],
    "warn": VARINTS[10],
    "restrict_function": VARINTS[11],
    "suspend_service": VARINTS[12],
    "terminate_service": VARINTS[13],
    "close_account": VARINTS[14],
    "lift": VARINTS[15],
    "model_optimisation_training": VARINTS[16],
    "ruleset_update": VARINTS[17],
}
_MODERATIONACTIONKIND_SET = frozenset(_MODERATIONACTIONKIND)

_MODERATIONSTAGE = {
    "input": VARINTS[0],
    "generation": VARINTS[1],
    "output": VARINTS[2],
    "delivery": VARINTS[3],
    "post_publication": VARINTS[4],
}
_MODERATIONSTAGE_SET = frozenset(_MODERATIONSTAGE)

_MODERATIONTARGET = {
    "content": VARINTS[0],
    "user": VARINTS[1],
    "model": VARINTS[2],
    "link": VARINTS[3],
}
_MODERATIONTARGET_SET = frozenset(_MODERATIONTARGET)

_PROVIDERROLE = {
    "provider_direct": VARINTS[0],
    "provider_via_api": VARINTS[1],
    "technical_supporter": VARINTS[2],
    "propagation_platform": VARINTS[3],
    "app_store": VARINTS[4],
}
_PROVIDERROLE_SET = frozenset(_PROVIDERROLE)

_REALNAMEMETHOD = {
    "phone": VARINTS[0],
    "id_number": VARINTS[1],
    "unified_social_credit_code": VARINTS[2],
    "national_identity_service": VARINTS[3],
    "other": VARINTS[4],
}
_REALNAMEMETHOD_SET = frozenset(_REALNAMEMETHOD)

_REALNAMESTATUS = {
    "verified": VARINTS[0],
    "unverified": VARINTS[1],
    "not_required": VARINTS[2],
    "unknown": VARINTS[3],
}
_REALNAMESTATUS_SET = frozenset(_REALNAMESTATUS)

_REASONCODE = {
    "subversion": VARINTS[0],
    "national_security": VARINTS[1],
    "national_image": VARINTS[2],
    "separatism": VARINTS[3],
    "social_stability": VARINTS[4],
    "terrorism": VARINTS[5],
    "extremism": VARINTS[6],
    "ethnic_hatred": VARINTS[7],
    "ethnic_discrimination": VARINTS[8],
    "violence": VARINTS[9],
    "obscenity": VARINTS[10],
    "false_harmful": VARINTS[11],
    "discrim_ethnicity": VARINTS[12],
    "discrim_belief": VARINTS[13],
    "discrim_nationality": VARINTS[14],
    "discrim_region": VARINTS[15],
    "discrim_gender": VARINTS[16],
    "discrim_age": VARINTS[17],
    "discrim_occupation": VARINTS[18],
    "discrim_health": VARINTS[19],
    "rights_ip": VARINTS[20],
    "rights_trade_secret": VARINTS[21],
    "rights_monopoly_unfair_competition": VARINTS[22],
    "rights_portrait": VARINTS[23],
    "rights_reputation": VARINTS[24],
    "rights_honour": VARINTS[25],
    "rights_privacy": VARINTS[26],
    "rights_personal_info": VARINTS[27],
    "rights_body_mind_health": VARINTS[28],
    "accuracy": VARINTS[29],
}
_REASONCODE_SET = frozenset(_REASONCODE)

_RETENTIONCLASS = {
    "OPS": VARINTS[0],
    "UNLAB": VARINTS[1],
    "NET": VARINTS[2],
    "MOD": VARINTS[3],
    "ENF": VARINTS[4],
    "CASE": VARINTS[5],
    "XFER": VARINTS[6],
    "PIA": VARINTS[7],
    "REG": VARINTS[8],
    "EVAL": VARINTS[9],
    "INC": VARINTS[10],
    "EU_HR": VARINTS[11],
}
_RETENTIONCLASS_SET = frozenset(_RETENTIONCLASS)

_SERVICESCOPE = {
    "public_mainland": VARINTS[0],
    "not_public": VARINTS[1],
    "offshore_to_mainland": VARINTS[2],
    "outside_mainland": VARINTS[3],
    "undetermined": VARINTS[4],
}
_SERVICESCOPE_SET = frozenset(_SERVICESCOPE)

_SESSIONSTATE = {
    "open": VARINTS[0],
    "heartbeat": VARINTS[1],
    "close": VARINTS[2],
}
_SESSIONSTATE_SET = frozenset(_SESSIONSTATE)


def _check_envelope(row: Row) -> None:
    value = row["service_id"]
    if type(value) is not str or not _ID(value):
        fail_format("service_id", value, "id")
    value = row["service_scope"]
    if type(value) is not str or value not in _SERVICESCOPE:
        fail_enum("service_scope", value, tuple(_SERVICESCOPE))
    value = row["provider_role"]
    if type(value) is not str or value not in _PROVIDERROLE:
        fail_enum("provider_role", value, tuple(_PROVIDERROLE))
    value = row["audience_class"]
    if type(value) is not str or value not in _AUDIENCECLASS:
        fail_enum("audience_class", value, tuple(_AUDIENCECLASS))
    value = row["jurisdiction"]
    check_array("jurisdiction", value, None, "jurisdiction")
    value = row["tenant_id"]
    if type(value) is not str or not _ID(value):
        fail_format("tenant_id", value, "id")


def _check_label_applied_v1(row: Row) -> None:
    value = row["request_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("request_id", value, "id")
    value = row["content_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("content_id", value, "id")
    value = row["case_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("case_id", value, "id")
    value = row["model_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_id", value, "id")
    value = row["model_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_version", value, "id")
    value = row["policy_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("policy_version", value, "id")
    value = row["trace_id"]
    if value is not None and (type(value) is not str or not _TRACE_ID(value)):
        fail_format("trace_id", value, "trace_id")
    value = row["span_id"]
    if value is not None and (type(value) is not str or not _SPAN_ID(value)):
        fail_format("span_id", value, "span_id")
    value = row["dimensions"]
    check_map(
        "dimensions",
        value,
        frozenset({"region", "zone", "environment", "channel", "app_version", "experiment", "endpoint", "cluster"}),
        "string",
    )
    value = row["label_kind"]
    if type(value) is not str or value not in _LABELKIND:
        fail_enum("label_kind", value, tuple(_LABELKIND))
    value = row["label_carrier"]
    if type(value) is not str or value not in _LABELCARRIER:
        fail_enum("label_carrier", value, tuple(_LABELCARRIER))
    value = row["label_positions"]
    check_array("label_positions", value, _LABELPOSITION_SET, "id")
    value = row["label_state"]
    if type(value) is not str or value not in _LABELSTATE:
        fail_enum("label_state", value, tuple(_LABELSTATE))
    value = row["duty_basis"]
    if type(value) is not str or value not in _DUTYBASIS:
        fail_enum("duty_basis", value, tuple(_DUTYBASIS))
    value = row["modality"]
    check_array("modality", value, _MODALITY_SET, "id")
    value = row["height_ratio"]
    if value is not None:
        check_number("height_ratio", value, "double")
    value = row["label_duration_ms"]
    if value is not None:
        check_number("label_duration_ms", value, "long")
    value = row["media_type"]
    if value is not None and (type(value) is not str or not _MEDIA_TYPE(value)):
        fail_format("media_type", value, "media_type")
    value = row["aigc_label"]
    if value is not None and (type(value) is not str or value not in _AIGCLABEL):
        fail_enum("aigc_label", value, tuple(_AIGCLABEL))
    value = row["aigc_content_producer"]
    if value is not None and (type(value) is not str or not _AIGC(value)):
        fail_format("aigc_content_producer", value, "aigc")
    value = row["aigc_produce_id"]
    if value is not None and (type(value) is not str or not _AIGC(value)):
        fail_format("aigc_produce_id", value, "aigc")
    value = row["aigc_reserved_code1"]
    if value is not None and (type(value) is not str or not _AIGC(value)):
        fail_format("aigc_reserved_code1", value, "aigc")
    value = row["aigc_content_propagator"]
    if value is not None and (type(value) is not str or not _AIGC(value)):
        fail_format("aigc_content_propagator", value, "aigc")
    value = row["aigc_propagate_id"]
    if value is not None and (type(value) is not str or not _AIGC(value)):
        fail_format("aigc_propagate_id", value, "aigc")
    value = row["aigc_reserved_code2"]
    if value is not None and (type(value) is not str or not _AIGC(value)):
        fail_format("aigc_reserved_code2", value, "aigc")


def _check_filled_label_applied_v1(row: Row) -> None:
    value = row["event_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("event_id", value, "uuid")
    value = row["event_type"]
    if type(value) is not str or not _ID(value):
        fail_format("event_type", value, "id")
    value = row["schema_version"]
    check_number("schema_version", value, "int")
    value = row["occurred_at"]
    check_number("occurred_at", value, "timestamp")
    value = row["producer_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("producer_id", value, "uuid")
    value = row["producer_seq"]
    check_number("producer_seq", value, "long")
    value = row["retention_class"]
    if type(value) is not str or value not in _RETENTIONCLASS:
        fail_enum("retention_class", value, tuple(_RETENTIONCLASS))
    value = row["content_form"]
    if value is not None and (type(value) is not str or value not in _CONTENTFORM):
        fail_enum("content_form", value, tuple(_CONTENTFORM))
    value = row["length_bucket"]
    if value is not None and (type(value) is not str or value not in _LENGTHBUCKET):
        fail_enum("length_bucket", value, tuple(_LENGTHBUCKET))
    value = row["subject_ref"]
    if value is not None and (type(value) is not str or not _SUBJECT_REF(value)):
        fail_format("subject_ref", value, "subject_ref")
    value = row["token_key_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("token_key_id", value, "id")


def _public_label_applied_v1(row: Row) -> bytes:
    return b"".join(
        (
            write_string(row["event_id"]),
            write_string(row["event_type"]),
            write_long(row["schema_version"]),
            write_long(row["occurred_at"]),
            write_string(row["producer_id"]),
            write_long(row["producer_seq"]),
            write_string(row["service_id"]),
            _SERVICESCOPE[row["service_scope"]],
            _PROVIDERROLE[row["provider_role"]],
            _AUDIENCECLASS[row["audience_class"]],
            write_array(row["jurisdiction"], write_string),
            write_string(row["tenant_id"]),
            b"\x00" if row["request_id"] is None else b"\x02" + write_string(row["request_id"]),
            b"\x00" if row["content_id"] is None else b"\x02" + write_string(row["content_id"]),
            b"\x00" if row["case_id"] is None else b"\x02" + write_string(row["case_id"]),
            b"\x00" if row["model_id"] is None else b"\x02" + write_string(row["model_id"]),
            b"\x00" if row["model_version"] is None else b"\x02" + write_string(row["model_version"]),
            b"\x00" if row["policy_version"] is None else b"\x02" + write_string(row["policy_version"]),
            _RETENTIONCLASS[row["retention_class"]],
            b"\x00" if row["trace_id"] is None else b"\x02" + write_string(row["trace_id"]),
            b"\x00" if row["span_id"] is None else b"\x02" + write_string(row["span_id"]),
            write_map_string(row["dimensions"]),
            _LABELKIND[row["label_kind"]],
            _LABELCARRIER[row["label_carrier"]],
            write_array(row["label_positions"], _LABELPOSITION.__getitem__),
            _LABELSTATE[row["label_state"]],
            _DUTYBASIS[row["duty_basis"]],
            write_array(row["modality"], _MODALITY.__getitem__),
            b"\x00" if row["content_form"] is None else b"\x02" + _CONTENTFORM[row["content_form"]],
            b"\x00" if row["length_bucket"] is None else b"\x02" + _LENGTHBUCKET[row["length_bucket"]],
            b"\x00" if row["content_commitment"] is None else b"\x02" + row["content_commitment"],
            b"\x00" if row["height_ratio"] is None else b"\x02" + write_double(row["height_ratio"]),
            b"\x00" if row["label_duration_ms"] is None else b"\x02" + write_long(row["label_duration_ms"]),
            b"\x00" if row["media_type"] is None else b"\x02" + write_string(row["media_type"]),
            b"\x00" if row["aigc_label"] is None else b"\x02" + _AIGCLABEL[row["aigc_label"]],
            b"\x00" if row["aigc_content_producer"] is None else b"\x02" + write_string(row["aigc_content_producer"]),
            b"\x00" if row["aigc_produce_id"] is None else b"\x02" + write_string(row["aigc_produce_id"]),
            b"\x00" if row["aigc_reserved_code1"] is None else b"\x02" + write_string(row["aigc_reserved_code1"]),
            b"\x00"
            if row["aigc_content_propagator"] is None
            else b"\x02" + write_string(row["aigc_content_propagator"]),
            b"\x00" if row["aigc_propagate_id"] is None else b"\x02" + write_string(row["aigc_propagate_id"]),
            b"\x00" if row["aigc_reserved_code2"] is None else b"\x02" + write_string(row["aigc_reserved_code2"]),
        )
    )


def _personal_label_applied_v1(row: Row) -> bytes:
    return b"".join(
        (
            b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),
            b"\x00" if row["token_exact"] is None else b"\x02" + row["token_exact"],
            b"\x00" if row["token_loose"] is None else b"\x02" + row["token_loose"],
            b"\x00" if row["token_key_id"] is None else b"\x02" + write_string(row["token_key_id"]),
        )
    )


def _retention_label_applied_v1(row: Row) -> str:
    del row
    return "OPS"


def _delivery_label_applied_v1(row: Row) -> Delivery:
    del row
    return "standard"


_LABEL_APPLIED_V1 = EventCodec(
    event_type="label.applied",
    version=1,
    schema_id=0x78114199,
    fingerprint=bytes.fromhex("e045066506b92840bbbcc7b8ebf133cddceb1ea15e89ef082e31330ab5e1e4f1"),
    has_tokens=True,
    check_own=_check_label_applied_v1,
    check_filled=_check_filled_label_applied_v1,
    check_envelope=_check_envelope,
    encode_public=_public_label_applied_v1,
    encode_personal=_personal_label_applied_v1,
    retention_class=_retention_label_applied_v1,
    delivery=_delivery_label_applied_v1,
)


def _check_moderation_action_v1(row: Row) -> None:
    value = row["request_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("request_id", value, "id")
    value = row["content_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("content_id", value, "id")
    value = row["case_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("case_id", value, "id")
    value = row["model_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_id", value, "id")
    value = row["model_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_version", value, "id")
    value = row["policy_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("policy_version", value, "id")
    value = row["trace_id"]
    if value is not None and (type(value) is not str or not _TRACE_ID(value)):
        fail_format("trace_id", value, "trace_id")
    value = row["span_id"]
    if value is not None and (type(value) is not str or not _SPAN_ID(value)):
        fail_format("span_id", value, "span_id")
    value = row["dimensions"]
    check_map(
        "dimensions",
        value,
        frozenset({"region", "zone", "environment", "channel", "app_version", "experiment", "endpoint", "cluster"}),
        "string",
    )
    value = row["moderation_target"]
    if type(value) is not str or value not in _MODERATIONTARGET:
        fail_enum("moderation_target", value, tuple(_MODERATIONTARGET))
    value = row["moderation_stage"]
    if type(value) is not str or value not in _MODERATIONSTAGE:
        fail_enum("moderation_stage", value, tuple(_MODERATIONSTAGE))
    value = row["action"]
    if type(value) is not str or value not in _MODERATIONACTIONKIND:
        fail_enum("action", value, tuple(_MODERATIONACTIONKIND))
    value = row["reason_codes"]
    check_array("reason_codes", value, _REASONCODE_SET, "id")
    value = row["detector"]
    if type(value) is not str or value not in _DETECTOR:
        fail_enum("detector", value, tuple(_DETECTOR))
    value = row["detector_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("detector_version", value, "id")
    value = row["detector_categories"]
    check_array("detector_categories", value, None, "id")
    value = row["ruleset_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("ruleset_version", value, "id")
    value = row["confidence"]
    if value is not None:
        check_number("confidence", value, "double", 1)
    value = row["automated"]
    if type(value) is not bool:
        fail_type("automated", value, "True or False")
    value = row["detected_at"]
    if value is not None:
        check_number("detected_at", value, "timestamp")
    value = row["basis_law"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("basis_law", value, "id")
    value = row["basis_contract"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("basis_contract", value, "id")
    value = row["measure_seconds"]
    if value is not None:
        check_number("measure_seconds", value, "long")
    value = row["appeal"]
    if value is not None and (type(value) is not str or value not in _APPEAL):
        fail_enum("appeal", value, tuple(_APPEAL))
    value = row["explanation_ref"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("explanation_ref", value, "id")


def _check_filled_moderation_action_v1(row: Row) -> None:
    value = row["event_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("event_id", value, "uuid")
    value = row["event_type"]
    if type(value) is not str or not _ID(value):
        fail_format("event_type", value, "id")
    value = row["schema_version"]
    check_number("schema_version", value, "int")
    value = row["occurred_at"]
    check_number("occurred_at", value, "timestamp")
    value = row["producer_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("producer_id", value, "uuid")
    value = row["producer_seq"]
    check_number("producer_seq", value, "long")
    value = row["retention_class"]
    if type(value) is not str or value not in _RETENTIONCLASS:
        fail_enum("retention_class", value, tuple(_RETENTIONCLASS))
    value = row["subject_ref"]
    if value is not None and (type(value) is not str or not _SUBJECT_REF(value)):
        fail_format("subject_ref", value, "subject_ref")


def _public_moderation_action_v1(row: Row) -> bytes:
    return b"".join(
        (
            write_string(row["event_id"]),
            write_string(row["event_type"]),
            write_long(row["schema_version"]),
            write_long(row["occurred_at"]),
            write_string(row["producer_id"]),
            write_long(row["producer_seq"]),
            write_string(row["service_id"]),
            _SERVICESCOPE[row["service_scope"]],
            _PROVIDERROLE[row["provider_role"]],
            _AUDIENCECLASS[row["audience_class"]],
            write_array(row["jurisdiction"], write_string),
            write_string(row["tenant_id"]),
            b"\x00" if row["request_id"] is None else b"\x02" + write_string(row["request_id"]),
            b"\x00" if row["content_id"] is None else b"\x02" + write_string(row["content_id"]),
            b"\x00" if row["case_id"] is None else b"\x02" + write_string(row["case_id"]),
            b"\x00" if row["model_id"] is None else b"\x02" + write_string(row["model_id"]),
            b"\x00" if row["model_version"] is None else b"\x02" + write_string(row["model_version"]),
            b"\x00" if row["policy_version"] is None else b"\x02" + write_string(row["policy_version"]),
            _RETENTIONCLASS[row["retention_class"]],
            b"\x00" if row["trace_id"] is None else b"\x02" + write_string(row["trace_id"]),
            b"\x00" if row["span_id"] is None else b"\x02" + write_string(row["span_id"]),
            write_map_string(row["dimensions"]),
            _MODERATIONTARGET[row["moderation_target"]],
            _MODERATIONSTAGE[row["moderation_stage"]],
            _MODERATIONACTIONKIND[row["action"]],
            write_array(row["reason_codes"], _REASONCODE.__getitem__),
            _DETECTOR[row["detector"]],
            b"\x00" if row["detector_version"] is None else b"\x02" + write_string(row["detector_version"]),
            write_array(row["detector_categories"], write_string),
            b"\x00" if row["ruleset_version"] is None else b"\x02" + write_string(row["ruleset_version"]),
            b"\x00" if row["confidence"] is None else b"\x02" + write_double(row["confidence"]),
            (b"\x01" if row["automated"] else b"\x00"),
            b"\x00" if row["detected_at"] is None else b"\x02" + write_long(row["detected_at"]),
            b"\x00" if row["basis_law"] is None else b"\x02" + write_string(row["basis_law"]),
            b"\x00" if row["basis_contract"] is None else b"\x02" + write_string(row["basis_contract"]),
            b"\x00" if row["measure_seconds"] is None else b"\x02" + write_long(row["measure_seconds"]),
            b"\x00" if row["appeal"] is None else b"\x02" + _APPEAL[row["appeal"]],
            b"\x00" if row["explanation_ref"] is None else b"\x02" + write_string(row["explanation_ref"]),
        )
    )


def _personal_moderation_action_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_moderation_action_v1(row: Row) -> str:
    value = row["moderation_target"]
    if value in {"user"}:
        return "ENF"
    return "MOD"


def _delivery_moderation_action_v1(row: Row) -> Delivery:
    value = row["action"]
    if value in {
        "refuse",
        "stop_generation",
        "stop_transmission",
        "remove",
        "block",
        "disconnect_link",
        "warn",
        "restrict_function",
        "suspend_service",
        "terminate_service",
        "close_account",
    }:
        return "protective"
    if value in {"restore", "lift"}:
        return "permissive"
    return "standard"


_MODERATION_ACTION_V1 = EventCodec(
    event_type="moderation.action",
    version=1,
    schema_id=0x46526A41,
    fingerprint=bytes.fromhex("1949a9051044126ea01e647d10cdc891e81de872d97983e830532ca423cf056d"),
    has_tokens=False,
    check_own=_check_moderation_action_v1,
    check_filled=_check_filled_moderation_action_v1,
    check_envelope=_check_envelope,
    encode_public=_public_moderation_action_v1,
    encode_personal=_personal_moderation_action_v1,
    retention_class=_retention_moderation_action_v1,
    delivery=_delivery_moderation_action_v1,
)


def _check_output_generated_v1(row: Row) -> None:
    value = row["request_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("request_id", value, "id")
    value = row["content_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("content_id", value, "id")
    value = row["case_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("case_id", value, "id")
    value = row["model_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_id", value, "id")
    value = row["model_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_version", value, "id")
    value = row["policy_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("policy_version", value, "id")
    value = row["trace_id"]
    if value is not None and (type(value) is not str or not _TRACE_ID(value)):
        fail_format("trace_id", value, "trace_id")
    value = row["span_id"]
    if value is not None and (type(value) is not str or not _SPAN_ID(value)):
        fail_format("span_id", value, "span_id")
    value = row["dimensions"]
    check_map(
        "dimensions",
        value,
        frozenset({"region", "zone", "environment", "channel", "app_version", "experiment", "endpoint", "cluster"}),
        "string",
    )
    value = row["modality"]
    check_array("modality", value, _MODALITY_SET, "id")
    value = row["language"]
    if value is not None and (type(value) is not str or not _LANGUAGE(value)):
        fail_format("language", value, "language")
    value = row["output_index"]
    check_number("output_index", value, "int")
    value = row["finish"]
    if type(value) is not str or value not in _FINISH:
        fail_enum("finish", value, tuple(_FINISH))
    value = row["duty_basis"]
    if type(value) is not str or value not in _DUTYBASIS:
        fail_enum("duty_basis", value, tuple(_DUTYBASIS))
    value = row["media_type"]
    if value is not None and (type(value) is not str or not _MEDIA_TYPE(value)):
        fail_format("media_type", value, "media_type")
    value = row["generation_ms"]
    if value is not None:
        check_number("generation_ms", value, "long")
    value = row["stream_chunks"]
    if value is not None:
        check_number("stream_chunks", value, "long")
    value = row["upstream_service_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("upstream_service_id", value, "id")
    value = row["upstream_content_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("upstream_content_id", value, "id")


def _check_filled_output_generated_v1(row: Row) -> None:
    value = row["event_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("event_id", value, "uuid")
    value = row["event_type"]
    if type(value) is not str or not _ID(value):
        fail_format("event_type", value, "id")
    value = row["schema_version"]
    check_number("schema_version", value, "int")
    value = row["occurred_at"]
    check_number("occurred_at", value, "timestamp")
    value = row["producer_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("producer_id", value, "uuid")
    value = row["producer_seq"]
    check_number("producer_seq", value, "long")
    value = row["retention_class"]
    if type(value) is not str or value not in _RETENTIONCLASS:
        fail_enum("retention_class", value, tuple(_RETENTIONCLASS))
    value = row["content_form"]
    if value is not None and (type(value) is not str or value not in _CONTENTFORM):
        fail_enum("content_form", value, tuple(_CONTENTFORM))
    value = row["length_bucket"]
    if value is not None and (type(value) is not str or value not in _LENGTHBUCKET):
        fail_enum("length_bucket", value, tuple(_LENGTHBUCKET))
    value = row["subject_ref"]
    if value is not None and (type(value) is not str or not _SUBJECT_REF(value)):
        fail_format("subject_ref", value, "subject_ref")
    value = row["token_key_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("token_key_id", value, "id")


def _public_output_generated_v1(row: Row) -> bytes:
    return b"".join(
        (
            write_string(row["event_id"]),
            write_string(row["event_type"]),
            write_long(row["schema_version"]),
            write_long(row["occurred_at"]),
            write_string(row["producer_id"]),
            write_long(row["producer_seq"]),
            write_string(row["service_id"]),
            _SERVICESCOPE[row["service_scope"]],
            _PROVIDERROLE[row["provider_role"]],
            _AUDIENCECLASS[row["audience_class"]],
            write_array(row["jurisdiction"], write_string),
            write_string(row["tenant_id"]),
            b"\x00" if row["request_id"] is None else b"\x02" + write_string(row["request_id"]),
            b"\x00" if row["content_id"] is None else b"\x02" + write_string(row["content_id"]),
            b"\x00" if row["case_id"] is None else b"\x02" + write_string(row["case_id"]),
            b"\x00" if row["model_id"] is None else b"\x02" + write_string(row["model_id"]),
            b"\x00" if row["model_version"] is None else b"\x02" + write_string(row["model_version"]),
            b"\x00" if row["policy_version"] is None else b"\x02" + write_string(row["policy_version"]),
            _RETENTIONCLASS[row["retention_class"]],
            b"\x00" if row["trace_id"] is None else b"\x02" + write_string(row["trace_id"]),
            b"\x00" if row["span_id"] is None else b"\x02" + write_string(row["span_id"]),
            write_map_string(row["dimensions"]),
            write_array(row["modality"], _MODALITY.__getitem__),
            b"\x00" if row["language"] is None else b"\x02" + write_string(row["language"]),
            b"\x00" if row["content_form"] is None else b"\x02" + _CONTENTFORM[row["content_form"]],
            b"\x00" if row["length_bucket"] is None else b"\x02" + _LENGTHBUCKET[row["length_bucket"]],
            b"\x00" if row["content_commitment"] is None else b"\x02" + row["content_commitment"],
            write_long(row["output_index"]),
            _FINISH[row["finish"]],
            _DUTYBASIS[row["duty_basis"]],
            b"\x00" if row["media_type"] is None else b"\x02" + write_string(row["media_type"]),
            b"\x00" if row["generation_ms"] is None else b"\x02" + write_long(row["generation_ms"]),
            b"\x00" if row["stream_chunks"] is None else b"\x02" + write_long(row["stream_chunks"]),
            b"\x00" if row["upstream_service_id"] is None else b"\x02" + write_string(row["upstream_service_id"]),
            b"\x00" if row["upstream_content_id"] is None else b"\x02" + write_string(row["upstream_content_id"]),
        )
    )


def _personal_output_generated_v1(row: Row) -> bytes:
    return b"".join(
        (
            b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),
            b"\x00" if row["token_exact"] is None else b"\x02" + row["token_exact"],
            b"\x00" if row["token_loose"] is None else b"\x02" + row["token_loose"],
            b"\x00" if row["token_key_id"] is None else b"\x02" + write_string(row["token_key_id"]),
        )
    )


def _retention_output_generated_v1(row: Row) -> str:
    del row
    return "OPS"


def _delivery_output_generated_v1(row: Row) -> Delivery:
    del row
    return "standard"


_OUTPUT_GENERATED_V1 = EventCodec(
    event_type="output.generated",
    version=1,
    schema_id=0x7D4B05D0,
    fingerprint=bytes.fromhex("f52c1743ea7b807350e371f4eac3ea8346c87d479ae6b8d9252fa275a20d6f09"),
    has_tokens=True,
    check_own=_check_output_generated_v1,
    check_filled=_check_filled_output_generated_v1,
    check_envelope=_check_envelope,
    encode_public=_public_output_generated_v1,
    encode_personal=_personal_output_generated_v1,
    retention_class=_retention_output_generated_v1,
    delivery=_delivery_output_generated_v1,
)


def _check_producer_session_v1(row: Row) -> None:
    value = row["request_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("request_id", value, "id")
    value = row["content_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("content_id", value, "id")
    value = row["case_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("case_id", value, "id")
    value = row["model_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_id", value, "id")
    value = row["model_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_version", value, "id")
    value = row["policy_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("policy_version", value, "id")
    value = row["trace_id"]
    if value is not None and (type(value) is not str or not _TRACE_ID(value)):
        fail_format("trace_id", value, "trace_id")
    value = row["span_id"]
    if value is not None and (type(value) is not str or not _SPAN_ID(value)):
        fail_format("span_id", value, "span_id")
    value = row["dimensions"]
    check_map(
        "dimensions",
        value,
        frozenset({"region", "zone", "environment", "channel", "app_version", "experiment", "endpoint", "cluster"}),
        "string",
    )
    value = row["session_state"]
    if type(value) is not str or value not in _SESSIONSTATE:
        fail_enum("session_state", value, tuple(_SESSIONSTATE))
    value = row["last_seq"]
    check_number("last_seq", value, "long")
    value = row["producer_time"]
    check_number("producer_time", value, "timestamp")
    value = row["closed_by"]
    if value is not None and (type(value) is not str or value not in _CLOSEDBY):
        fail_enum("closed_by", value, tuple(_CLOSEDBY))
    value = row["durability"]
    if type(value) is not str or value not in _DURABILITY:
        fail_enum("durability", value, tuple(_DURABILITY))
    value = row["sdk_version"]
    if type(value) is not str or not _ID(value):
        fail_format("sdk_version", value, "id")
    value = row["emitted_total"]
    check_number("emitted_total", value, "long")
    value = row["dropped"]
    check_map(
        "dropped",
        value,
        frozenset(
            {
                "encode_failed",
                "heartbeat_full",
                "journal_full",
                "journal_damaged",
                "memory_full",
                "memory_lost",
                "too_large",
            }
        ),
        "long",
    )
    value = row["adopted_by"]
    if value is not None and (type(value) is not str or not _UUID_TEXT(value)):
        fail_format("adopted_by", value, "uuid_text")


def _check_filled_producer_session_v1(row: Row) -> None:
    value = row["event_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("event_id", value, "uuid")
    value = row["event_type"]
    if type(value) is not str or not _ID(value):
        fail_format("event_type", value, "id")
    value = row["schema_version"]
    check_number("schema_version", value, "int")
    value = row["occurred_at"]
    check_number("occurred_at", value, "timestamp")
    value = row["producer_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("producer_id", value, "uuid")
    value = row["producer_seq"]
    check_number("producer_seq", value, "long")
    value = row["retention_class"]
    if type(value) is not str or value not in _RETENTIONCLASS:
        fail_enum("retention_class", value, tuple(_RETENTIONCLASS))
    value = row["subject_ref"]
    if value is not None and (type(value) is not str or not _SUBJECT_REF(value)):
        fail_format("subject_ref", value, "subject_ref")


def _public_producer_session_v1(row: Row) -> bytes:
    return b"".join(
        (
            write_string(row["event_id"]),
            write_string(row["event_type"]),
            write_long(row["schema_version"]),
            write_long(row["occurred_at"]),
            write_string(row["producer_id"]),
            write_long(row["producer_seq"]),
            write_string(row["service_id"]),
            _SERVICESCOPE[row["service_scope"]],
            _PROVIDERROLE[row["provider_role"]],
            _AUDIENCECLASS[row["audience_class"]],
            write_array(row["jurisdiction"], write_string),
            write_string(row["tenant_id"]),
            b"\x00" if row["request_id"] is None else b"\x02" + write_string(row["request_id"]),
            b"\x00" if row["content_id"] is None else b"\x02" + write_string(row["content_id"]),
            b"\x00" if row["case_id"] is None else b"\x02" + write_string(row["case_id"]),
            b"\x00" if row["model_id"] is None else b"\x02" + write_string(row["model_id"]),
            b"\x00" if row["model_version"] is None else b"\x02" + write_string(row["model_version"]),
            b"\x00" if row["policy_version"] is None else b"\x02" + write_string(row["policy_version"]),
            _RETENTIONCLASS[row["retention_class"]],
            b"\x00" if row["trace_id"] is None else b"\x02" + write_string(row["trace_id"]),
            b"\x00" if row["span_id"] is None else b"\x02" + write_string(row["span_id"]),
            write_map_string(row["dimensions"]),
            _SESSIONSTATE[row["session_state"]],
            write_long(row["last_seq"]),
            write_long(row["producer_time"]),
            b"\x00" if row["closed_by"] is None else b"\x02" + _CLOSEDBY[row["closed_by"]],
            _DURABILITY[row["durability"]],
            write_string(row["sdk_version"]),
            write_long(row["emitted_total"]),
            write_map_long(row["dropped"]),
            b"\x00" if row["adopted_by"] is None else b"\x02" + write_string(row["adopted_by"]),
        )
    )


def _personal_producer_session_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_producer_session_v1(row: Row) -> str:
    del row
    return "NET"


def _delivery_producer_session_v1(row: Row) -> Delivery:
    value = row["session_state"]
    if value in {"heartbeat"}:
        return "heartbeat"
    return "standard"


_PRODUCER_SESSION_V1 = EventCodec(
    event_type="producer.session",
    version=1,
    schema_id=0x5F9B3894,
    fingerprint=bytes.fromhex("7e6ce250ebddd46a17bc2a6dbdd2488e72b076a3df75e200680d2ea1500e5e18"),
    has_tokens=False,
    check_own=_check_producer_session_v1,
    check_filled=_check_filled_producer_session_v1,
    check_envelope=_check_envelope,
    encode_public=_public_producer_session_v1,
    encode_personal=_personal_producer_session_v1,
    retention_class=_retention_producer_session_v1,
    delivery=_delivery_producer_session_v1,
)


def _check_prompt_received_v1(row: Row) -> None:
    value = row["request_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("request_id", value, "id")
    value = row["content_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("content_id", value, "id")
    value = row["case_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("case_id", value, "id")
    value = row["model_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_id", value, "id")
    value = row["model_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("model_version", value, "id")
    value = row["policy_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("policy_version", value, "id")
    value = row["trace_id"]
    if value is not None and (type(value) is not str or not _TRACE_ID(value)):
        fail_format("trace_id", value, "trace_id")
    value = row["span_id"]
    if value is not None and (type(value) is not str or not _SPAN_ID(value)):
        fail_format("span_id", value, "span_id")
    value = row["dimensions"]
    check_map(
        "dimensions",
        value,
        frozenset({"region", "zone", "environment", "channel", "app_version", "experiment", "endpoint", "cluster"}),
        "string",
    )
    value = row["modality"]
    check_array("modality", value, _MODALITY_SET, "id")
    value = row["language"]
    if value is not None and (type(value) is not str or not _LANGUAGE(value)):
        fail_format("language", value, "language")
    value = row["prompt_index"]
    check_number("prompt_index", value, "int")
    value = row["realname_status"]
    if type(value) is not str or value not in _REALNAMESTATUS:
        fail_enum("realname_status", value, tuple(_REALNAMESTATUS))
    value = row["realname_method"]
    if value is not None and (type(value) is not str or value not in _REALNAMEMETHOD):
        fail_enum("realname_method", value, tuple(_REALNAMEMETHOD))


def _check_filled_prompt_received_v1(row: Row) -> None:
    value = row["event_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("event_id", value, "uuid")
    value = row["event_type"]
    if type(value) is not str or not _ID(value):
        fail_format("event_type", value, "id")
    value = row["schema_version"]
    check_number("schema_version", value, "int")
    value = row["occurred_at"]
    check_number("occurred_at", value, "timestamp")
    value = row["producer_id"]
    if type(value) is not str or not _UUID(value):
        fail_format("producer_id", value, "uuid")
    value = row["producer_seq"]
    check_number("producer_seq", value, "long")
    value = row["retention_class"]
    if type(value) is not str or value not in _RETENTIONCLASS:
        fail_enum("retention_class", value, tuple(_RETENTIONCLASS))
    value = row["content_form"]
    if value is not None and (type(value) is not str or value not in _CONTENTFORM):
        fail_enum("content_form", value, tuple(_CONTENTFORM))
    value = row["length_bucket"]
    if value is not None and (type(value) is not str or value not in _LENGTHBUCKET):
        fail_enum("length_bucket", value, tuple(_LENGTHBUCKET))
    value = row["subject_ref"]
    if value is not None and (type(value) is not str or not _SUBJECT_REF(value)):
        fail_format("subject_ref", value, "subject_ref")
    value = row["token_key_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("token_key_id", value, "id")


def _public_prompt_received_v1(row: Row) -> bytes:
    return b"".join(
        (
            write_string(row["event_id"]),
            write_string(row["event_type"]),
            write_long(row["schema_version"]),
            write_long(row["occurred_at"]),
            write_string(row["producer_id"]),
            write_long(row["producer_seq"]),
            write_string(row["service_id"]),
            _SERVICESCOPE[row["service_scope"]],
            _PROVIDERROLE[row["provider_role"]],
            _AUDIENCECLASS[row["audience_class"]],
            write_array(row["jurisdiction"], write_string),
            write_string(row["tenant_id"]),
            b"\x00" if row["request_id"] is None else b"\x02" + write_string(row["request_id"]),
            b"\x00" if row["content_id"] is None else b"\x02" + write_string(row["content_id"]),
            b"\x00" if row["case_id"] is None else b"\x02" + write_string(row["case_id"]),
            b"\x00" if row["model_id"] is None else b"\x02" + write_string(row["model_id"]),
            b"\x00" if row["model_version"] is None else b"\x02" + write_string(row["model_version"]),
            b"\x00" if row["policy_version"] is None else b"\x02" + write_string(row["policy_version"]),
            _RETENTIONCLASS[row["retention_class"]],
            b"\x00" if row["trace_id"] is None else b"\x02" + write_string(row["trace_id"]),
            b"\x00" if row["span_id"] is None else b"\x02" + write_string(row["span_id"]),
            write_map_string(row["dimensions"]),
            write_array(row["modality"], _MODALITY.__getitem__),
            b"\x00" if row["language"] is None else b"\x02" + write_string(row["language"]),
            b"\x00" if row["content_form"] is None else b"\x02" + _CONTENTFORM[row["content_form"]],
            b"\x00" if row["length_bucket"] is None else b"\x02" + _LENGTHBUCKET[row["length_bucket"]],
            b"\x00" if row["content_commitment"] is None else b"\x02" + row["content_commitment"],
            write_long(row["prompt_index"]),
            _REALNAMESTATUS[row["realname_status"]],
            b"\x00" if row["realname_method"] is None else b"\x02" + _REALNAMEMETHOD[row["realname_method"]],
        )
    )


def _personal_prompt_received_v1(row: Row) -> bytes:
    return b"".join(
        (
            b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),
            b"\x00" if row["token_exact"] is None else b"\x02" + row["token_exact"],
            b"\x00" if row["token_loose"] is None else b"\x02" + row["token_loose"],
            b"\x00" if row["token_key_id"] is None else b"\x02" + write_string(row["token_key_id"]),
        )
    )


def _retention_prompt_received_v1(row: Row) -> str:
    del row
    return "OPS"


def _delivery_prompt_received_v1(row: Row) -> Delivery:
    del row
    return "standard"


_PROMPT_RECEIVED_V1 = EventCodec(
    event_type="prompt.received",
    version=1,
    schema_id=0x771600F4,
    fingerprint=bytes.fromhex("dc5803d31f9a862213f5bc6687d63e554150a878d2da930ad7178eecf8e9f1e9"),
    has_tokens=True,
    check_own=_check_prompt_received_v1,
    check_filled=_check_filled_prompt_received_v1,
    check_envelope=_check_envelope,
    encode_public=_public_prompt_received_v1,
    encode_personal=_personal_prompt_received_v1,
    retention_class=_retention_prompt_received_v1,
    delivery=_delivery_prompt_received_v1,
)

CODECS = (
    _LABEL_APPLIED_V1,
    _MODERATION_ACTION_V1,
    _OUTPUT_GENERATED_V1,
    _PRODUCER_SESSION_V1,
    _PROMPT_RECEIVED_V1,
)
