"""Checks and encoders. Generated from the .avsc files by `python -m tracemark.schemas.codegen`; do not edit."""

from tracemark.schemas.checking import (
    FORMATS,
    check_array,
    check_fixed,
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

_ACCESSINTERFACE = {
    "cli": VARINTS[0],
    "api": VARINTS[1],
    "http": VARINTS[2],
    "grafana": VARINTS[3],
}
_ACCESSINTERFACE_SET = frozenset(_ACCESSINTERFACE)

_ACCESSKIND = {
    "trace": VARINTS[0],
    "query": VARINTS[1],
    "export": VARINTS[2],
    "dashboard": VARINTS[3],
    "obligations": VARINTS[4],
    "verify": VARINTS[5],
}
_ACCESSKIND_SET = frozenset(_ACCESSKIND)

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

_COMPLAINTCHANNEL = {
    "in_app": VARINTS[0],
    "web": VARINTS[1],
    "email": VARINTS[2],
    "phone": VARINTS[3],
    "letter": VARINTS[4],
    "in_person": VARINTS[5],
    "authority": VARINTS[6],
    "other": VARINTS[7],
}
_COMPLAINTCHANNEL_SET = frozenset(_COMPLAINTCHANNEL)

_COMPLAINTKIND = {
    "complaint": VARINTS[0],
    "public_report": VARINTS[1],
    "user_appeal": VARINTS[2],
    "data_security": VARINTS[3],
}
_COMPLAINTKIND_SET = frozenset(_COMPLAINTKIND)

_COMPLAINTSTATE = {
    "received": VARINTS[0],
    "accepted": VARINTS[1],
    "not_accepted": VARINTS[2],
    "processing": VARINTS[3],
    "decided_upheld": VARINTS[4],
    "decided_partly": VARINTS[5],
    "decided_rejected": VARINTS[6],
    "feedback_sent": VARINTS[7],
    "closed": VARINTS[8],
    "reopened": VARINTS[9],
    "referred_to_authority": VARINTS[10],
}
_COMPLAINTSTATE_SET = frozenset(_COMPLAINTSTATE)

_CONTENTFORM = {
    "text_1": VARINTS[0],
    "bytes_1": VARINTS[1],
}
_CONTENTFORM_SET = frozenset(_CONTENTFORM)

_DELIVERYCHANNEL = {
    "in_app_display": VARINTS[0],
    "stream": VARINTS[1],
    "download": VARINTS[2],
    "copy": VARINTS[3],
    "export": VARINTS[4],
    "api": VARINTS[5],
    "publish": VARINTS[6],
}
_DELIVERYCHANNEL_SET = frozenset(_DELIVERYCHANNEL)

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

_EXEMPTENTITYKIND = {
    "industry_body": VARINTS[0],
    "enterprise": VARINTS[1],
    "education_research": VARINTS[2],
    "public_culture": VARINTS[3],
    "professional_body": VARINTS[4],
}
_EXEMPTENTITYKIND_SET = frozenset(_EXEMPTENTITYKIND)

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

_LABELVERDICT = {
    "verified": VARINTS[0],
    "missing": VARINTS[1],
    "not_checked": VARINTS[2],
}
_LABELVERDICT_SET = frozenset(_LABELVERDICT)

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

_LIMITUNIT = {
    "hours": VARINTS[0],
    "days": VARINTS[1],
    "working_days": VARINTS[2],
    "months": VARINTS[3],
}
_LIMITUNIT_SET = frozenset(_LIMITUNIT)

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

_POLICYKIND = {
    "complaint_sla": VARINTS[0],
    "rights_sla": VARINTS[1],
    "moderation_targets": VARINTS[2],
    "service_scope_notice": VARINTS[3],
    "label_policy": VARINTS[4],
    "user_agreement": VARINTS[5],
    "minors_protection": VARINTS[6],
}
_POLICYKIND_SET = frozenset(_POLICYKIND)

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

_REMEDIATIONKIND = {
    "model_optimisation_training": VARINTS[0],
    "ruleset_update": VARINTS[1],
    "prompt_filter": VARINTS[2],
    "data_removal": VARINTS[3],
    "other": VARINTS[4],
}
_REMEDIATIONKIND_SET = frozenset(_REMEDIATIONKIND)

_REMEDIATIONSTATE = {
    "planned": VARINTS[0],
    "started": VARINTS[1],
    "completed": VARINTS[2],
    "failed": VARINTS[3],
}
_REMEDIATIONSTATE_SET = frozenset(_REMEDIATIONSTATE)

_REPORTSTATE = {
    "draft": VARINTS[0],
    "sent": VARINTS[1],
    "acknowledged": VARINTS[2],
    "rejected": VARINTS[3],
}
_REPORTSTATE_SET = frozenset(_REPORTSTATE)

_RETENTIONACTION = {
    "dropped": VARINTS[0],
    "restricted": VARINTS[1],
    "held": VARINTS[2],
    "released": VARINTS[3],
}
_RETENTIONACTION_SET = frozenset(_RETENTIONACTION)

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

_RIGHTSKIND = {
    "access": VARINTS[0],
    "copy": VARINTS[1],
    "correct": VARINTS[2],
    "supplement": VARINTS[3],
    "delete": VARINTS[4],
    "transfer": VARINTS[5],
    "restrict": VARINTS[6],
    "withdraw_consent": VARINTS[7],
    "close_account": VARINTS[8],
    "explain": VARINTS[9],
}
_RIGHTSKIND_SET = frozenset(_RIGHTSKIND)

_RIGHTSSTATE = {
    "received": VARINTS[0],
    "accepted": VARINTS[1],
    "processing": VARINTS[2],
    "done": VARINTS[3],
    "partly": VARINTS[4],
    "refused": VARINTS[5],
    "restricted_until": VARINTS[6],
    "feedback_sent": VARINTS[7],
    "closed": VARINTS[8],
}
_RIGHTSSTATE_SET = frozenset(_RIGHTSSTATE)

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

_SPECIALREGIME = {
    "news_publishing": VARINTS[0],
    "film_tv": VARINTS[1],
    "literature_art": VARINTS[2],
    "licensed": VARINTS[3],
}
_SPECIALREGIME_SET = frozenset(_SPECIALREGIME)


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


def _check_agreement_accepted_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["agreement_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("agreement_version", value, "id")
    value = row["agreement_digest"]
    if value is not None:
        check_fixed("agreement_digest", value, 32)
    value = row["has_label_clause"]
    if type(value) is not bool:
        fail_type("has_label_clause", value, "True or False")
    value = row["accepted_at"]
    check_number("accepted_at", value, "timestamp")


def _check_filled_agreement_accepted_v1(row: Row) -> None:
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


def _public_agreement_accepted_v1(row: Row) -> bytes:
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
            b"\x00" if row["agreement_version"] is None else b"\x02" + write_string(row["agreement_version"]),
            b"\x00" if row["agreement_digest"] is None else b"\x02" + row["agreement_digest"],
            (b"\x01" if row["has_label_clause"] else b"\x00"),
            write_long(row["accepted_at"]),
        )
    )


def _personal_agreement_accepted_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_agreement_accepted_v1(row: Row) -> str:
    del row
    return "CASE"


def _delivery_agreement_accepted_v1(row: Row) -> Delivery:
    del row
    return "standard"


_AGREEMENT_ACCEPTED_V1 = EventCodec(
    event_type="agreement.accepted",
    version=1,
    topic="events",
    schema_id=0x6BA9AC1F,
    fingerprint=bytes.fromhex("aea6b07e6623326315bdf29906eb672aeab33107f39baf3215012771de0a9e19"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_agreement_accepted_v1,
    check_filled=_check_filled_agreement_accepted_v1,
    check_envelope=_check_envelope,
    encode_public=_public_agreement_accepted_v1,
    encode_personal=_personal_agreement_accepted_v1,
    retention_class=_retention_agreement_accepted_v1,
    delivery=_delivery_agreement_accepted_v1,
)


def _check_audit_accessed_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["access_kind"]
    if type(value) is not str or value not in _ACCESSKIND:
        fail_enum("access_kind", value, tuple(_ACCESSKIND))
    value = row["access_interface"]
    if type(value) is not str or value not in _ACCESSINTERFACE:
        fail_enum("access_interface", value, tuple(_ACCESSINTERFACE))
    value = row["access_purpose"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("access_purpose", value, "id")
    value = row["approval_ref"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("approval_ref", value, "id")
    value = row["rows_read"]
    if value is not None:
        check_number("rows_read", value, "long")
    value = row["access_ok"]
    if type(value) is not bool:
        fail_type("access_ok", value, "True or False")


def _check_filled_audit_accessed_v1(row: Row) -> None:
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
    value = row["accessor_ref"]
    if value is not None and (type(value) is not str or not _SUBJECT_REF(value)):
        fail_format("accessor_ref", value, "subject_ref")


def _public_audit_accessed_v1(row: Row) -> bytes:
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
            _ACCESSKIND[row["access_kind"]],
            _ACCESSINTERFACE[row["access_interface"]],
            b"\x00" if row["access_purpose"] is None else b"\x02" + write_string(row["access_purpose"]),
            b"\x00" if row["approval_ref"] is None else b"\x02" + write_string(row["approval_ref"]),
            b"\x00" if row["rows_read"] is None else b"\x02" + write_long(row["rows_read"]),
            (b"\x01" if row["access_ok"] else b"\x00"),
        )
    )


def _personal_audit_accessed_v1(row: Row) -> bytes:
    return b"".join(
        (
            b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),
            b"\x00" if row["accessor_ref"] is None else b"\x02" + write_string(row["accessor_ref"]),
        )
    )


def _retention_audit_accessed_v1(row: Row) -> str:
    del row
    return "NET"


def _delivery_audit_accessed_v1(row: Row) -> Delivery:
    del row
    return "standard"


_AUDIT_ACCESSED_V1 = EventCodec(
    event_type="audit.accessed",
    version=1,
    topic="control",
    schema_id=0x7E7617B5,
    fingerprint=bytes.fromhex("f9d85ed53f57eac5d782f05284eda923cb0123b4b76719d38f78363eb62b880a"),
    has_tokens=False,
    people=("subject_ref", "accessor_ref"),
    check_own=_check_audit_accessed_v1,
    check_filled=_check_filled_audit_accessed_v1,
    check_envelope=_check_envelope,
    encode_public=_public_audit_accessed_v1,
    encode_personal=_personal_audit_accessed_v1,
    retention_class=_retention_audit_accessed_v1,
    delivery=_delivery_audit_accessed_v1,
)


def _check_authority_report_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["authority"]
    if type(value) is not str or not _ID(value):
        fail_format("authority", value, "id")
    value = row["report_state"]
    if type(value) is not str or value not in _REPORTSTATE:
        fail_enum("report_state", value, tuple(_REPORTSTATE))
    value = row["sent_at"]
    if value is not None:
        check_number("sent_at", value, "timestamp")
    value = row["receipt_ref"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("receipt_ref", value, "id")
    value = row["reason_codes"]
    check_array("reason_codes", value, _REASONCODE_SET, "id")


def _check_filled_authority_report_v1(row: Row) -> None:
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


def _public_authority_report_v1(row: Row) -> bytes:
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
            write_string(row["authority"]),
            _REPORTSTATE[row["report_state"]],
            b"\x00" if row["sent_at"] is None else b"\x02" + write_long(row["sent_at"]),
            b"\x00" if row["receipt_ref"] is None else b"\x02" + write_string(row["receipt_ref"]),
            write_array(row["reason_codes"], _REASONCODE.__getitem__),
        )
    )


def _personal_authority_report_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_authority_report_v1(row: Row) -> str:
    del row
    return "MOD"


def _delivery_authority_report_v1(row: Row) -> Delivery:
    del row
    return "protective"


_AUTHORITY_REPORT_V1 = EventCodec(
    event_type="authority.report",
    version=1,
    topic="events",
    schema_id=0x6397535C,
    fingerprint=bytes.fromhex("8e5d4d7009c1ff3d9db074951e9cbec0fa3ce2833671952ec1576a0907dc2eb7"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_authority_report_v1,
    check_filled=_check_filled_authority_report_v1,
    check_envelope=_check_envelope,
    encode_public=_public_authority_report_v1,
    encode_personal=_personal_authority_report_v1,
    retention_class=_retention_authority_report_v1,
    delivery=_delivery_authority_report_v1,
)


def _check_complaint_transition_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["complaint_kind"]
    if type(value) is not str or value not in _COMPLAINTKIND:
        fail_enum("complaint_kind", value, tuple(_COMPLAINTKIND))
    value = row["complaint_state"]
    if type(value) is not str or value not in _COMPLAINTSTATE:
        fail_enum("complaint_state", value, tuple(_COMPLAINTSTATE))
    value = row["complaint_channel"]
    if value is not None and (type(value) is not str or value not in _COMPLAINTCHANNEL):
        fail_enum("complaint_channel", value, tuple(_COMPLAINTCHANNEL))
    value = row["due_at"]
    if value is not None:
        check_number("due_at", value, "timestamp")
    value = row["feedback_sent_at"]
    if value is not None:
        check_number("feedback_sent_at", value, "timestamp")
    value = row["owner_role"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("owner_role", value, "id")
    value = row["decision_code"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("decision_code", value, "id")


def _check_filled_complaint_transition_v1(row: Row) -> None:
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


def _public_complaint_transition_v1(row: Row) -> bytes:
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
            _COMPLAINTKIND[row["complaint_kind"]],
            _COMPLAINTSTATE[row["complaint_state"]],
            b"\x00" if row["complaint_channel"] is None else b"\x02" + _COMPLAINTCHANNEL[row["complaint_channel"]],
            b"\x00" if row["due_at"] is None else b"\x02" + write_long(row["due_at"]),
            b"\x00" if row["feedback_sent_at"] is None else b"\x02" + write_long(row["feedback_sent_at"]),
            b"\x00" if row["owner_role"] is None else b"\x02" + write_string(row["owner_role"]),
            b"\x00" if row["decision_code"] is None else b"\x02" + write_string(row["decision_code"]),
        )
    )


def _personal_complaint_transition_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_complaint_transition_v1(row: Row) -> str:
    del row
    return "CASE"


def _delivery_complaint_transition_v1(row: Row) -> Delivery:
    del row
    return "standard"


_COMPLAINT_TRANSITION_V1 = EventCodec(
    event_type="complaint.transition",
    version=1,
    topic="events",
    schema_id=0x6F262A70,
    fingerprint=bytes.fromhex("bc98a9c219bfe261b41245823fdab1acbbe7ef22db3910c1c6602196a4046911"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_complaint_transition_v1,
    check_filled=_check_filled_complaint_transition_v1,
    check_envelope=_check_envelope,
    encode_public=_public_complaint_transition_v1,
    encode_personal=_personal_complaint_transition_v1,
    retention_class=_retention_complaint_transition_v1,
    delivery=_delivery_complaint_transition_v1,
)


def _check_content_delivered_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["modality"]
    check_array("modality", value, _MODALITY_SET, "id")
    value = row["delivery_channel"]
    if type(value) is not str or value not in _DELIVERYCHANNEL:
        fail_enum("delivery_channel", value, tuple(_DELIVERYCHANNEL))
    value = row["duty_basis"]
    if type(value) is not str or value not in _DUTYBASIS:
        fail_enum("duty_basis", value, tuple(_DUTYBASIS))
    value = row["explicit_verdict"]
    if type(value) is not str or value not in _LABELVERDICT:
        fail_enum("explicit_verdict", value, tuple(_LABELVERDICT))
    value = row["implicit_verdict"]
    if type(value) is not str or value not in _LABELVERDICT:
        fail_enum("implicit_verdict", value, tuple(_LABELVERDICT))
    value = row["grant_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("grant_id", value, "id")
    value = row["media_type"]
    if value is not None and (type(value) is not str or not _MEDIA_TYPE(value)):
        fail_format("media_type", value, "media_type")


def _check_filled_content_delivered_v1(row: Row) -> None:
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
    value = row["recipient_ref"]
    if value is not None and (type(value) is not str or not _SUBJECT_REF(value)):
        fail_format("recipient_ref", value, "subject_ref")
    value = row["token_key_id"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("token_key_id", value, "id")


def _public_content_delivered_v1(row: Row) -> bytes:
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
            _DELIVERYCHANNEL[row["delivery_channel"]],
            _DUTYBASIS[row["duty_basis"]],
            _LABELVERDICT[row["explicit_verdict"]],
            _LABELVERDICT[row["implicit_verdict"]],
            b"\x00" if row["grant_id"] is None else b"\x02" + write_string(row["grant_id"]),
            b"\x00" if row["media_type"] is None else b"\x02" + write_string(row["media_type"]),
            b"\x00" if row["content_form"] is None else b"\x02" + _CONTENTFORM[row["content_form"]],
            b"\x00" if row["length_bucket"] is None else b"\x02" + _LENGTHBUCKET[row["length_bucket"]],
            b"\x00" if row["content_commitment"] is None else b"\x02" + row["content_commitment"],
        )
    )


def _personal_content_delivered_v1(row: Row) -> bytes:
    return b"".join(
        (
            b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),
            b"\x00" if row["recipient_ref"] is None else b"\x02" + write_string(row["recipient_ref"]),
            b"\x00" if row["token_exact"] is None else b"\x02" + row["token_exact"],
            b"\x00" if row["token_loose"] is None else b"\x02" + row["token_loose"],
            b"\x00" if row["token_key_id"] is None else b"\x02" + write_string(row["token_key_id"]),
        )
    )


def _retention_content_delivered_v1(row: Row) -> str:
    del row
    return "OPS"


def _delivery_content_delivered_v1(row: Row) -> Delivery:
    del row
    return "standard"


_CONTENT_DELIVERED_V1 = EventCodec(
    event_type="content.delivered",
    version=1,
    topic="events",
    schema_id=0x71E8156E,
    fingerprint=bytes.fromhex("c7a055b975e5361edc7dbf954e19155d713c16e00bee07619095ec3d0b391956"),
    has_tokens=True,
    people=("subject_ref", "recipient_ref"),
    check_own=_check_content_delivered_v1,
    check_filled=_check_filled_content_delivered_v1,
    check_envelope=_check_envelope,
    encode_public=_public_content_delivered_v1,
    encode_personal=_personal_content_delivered_v1,
    retention_class=_retention_content_delivered_v1,
    delivery=_delivery_content_delivered_v1,
)


def _check_gateway_counted_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["gateway_id"]
    if type(value) is not str or not _ID(value):
        fail_format("gateway_id", value, "id")
    value = row["window_start"]
    check_number("window_start", value, "timestamp")
    value = row["window_end"]
    check_number("window_end", value, "timestamp")
    value = row["counted_requests"]
    check_number("counted_requests", value, "long")


def _check_filled_gateway_counted_v1(row: Row) -> None:
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


def _public_gateway_counted_v1(row: Row) -> bytes:
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
            write_string(row["gateway_id"]),
            write_long(row["window_start"]),
            write_long(row["window_end"]),
            write_long(row["counted_requests"]),
        )
    )


def _personal_gateway_counted_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_gateway_counted_v1(row: Row) -> str:
    del row
    return "NET"


def _delivery_gateway_counted_v1(row: Row) -> Delivery:
    del row
    return "standard"


_GATEWAY_COUNTED_V1 = EventCodec(
    event_type="gateway.counted",
    version=1,
    topic="events",
    schema_id=0x75B8C0E0,
    fingerprint=bytes.fromhex("d6e3038374ea0b3494d029e697dc6ed91a12ab5085e5a6fd95fdad0d0d95ec8a"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_gateway_counted_v1,
    check_filled=_check_filled_gateway_counted_v1,
    check_envelope=_check_envelope,
    encode_public=_public_gateway_counted_v1,
    encode_personal=_personal_gateway_counted_v1,
    retention_class=_retention_gateway_counted_v1,
    delivery=_delivery_gateway_counted_v1,
)


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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
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
    topic="events",
    schema_id=0x78114199,
    fingerprint=bytes.fromhex("e045066506b92840bbbcc7b8ebf133cddceb1ea15e89ef082e31330ab5e1e4f1"),
    has_tokens=True,
    people=("subject_ref",),
    check_own=_check_label_applied_v1,
    check_filled=_check_filled_label_applied_v1,
    check_envelope=_check_envelope,
    encode_public=_public_label_applied_v1,
    encode_personal=_personal_label_applied_v1,
    retention_class=_retention_label_applied_v1,
    delivery=_delivery_label_applied_v1,
)


def _check_label_verified_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
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
    value = row["records_found"]
    check_number("records_found", value, "int")
    value = row["label_errors"]
    check_array("label_errors", value, None, "id")
    value = row["verifier"]
    if type(value) is not str or not _ID(value):
        fail_format("verifier", value, "id")
    value = row["verifier_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("verifier_version", value, "id")
    value = row["expected_hash"]
    if value is not None:
        check_fixed("expected_hash", value, 32)
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
    value = row["modality"]
    check_array("modality", value, _MODALITY_SET, "id")


def _check_filled_label_verified_v1(row: Row) -> None:
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


def _public_label_verified_v1(row: Row) -> bytes:
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
            write_long(row["records_found"]),
            write_array(row["label_errors"], write_string),
            write_string(row["verifier"]),
            b"\x00" if row["verifier_version"] is None else b"\x02" + write_string(row["verifier_version"]),
            b"\x00" if row["expected_hash"] is None else b"\x02" + row["expected_hash"],
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
            write_array(row["modality"], _MODALITY.__getitem__),
            b"\x00" if row["content_form"] is None else b"\x02" + _CONTENTFORM[row["content_form"]],
            b"\x00" if row["length_bucket"] is None else b"\x02" + _LENGTHBUCKET[row["length_bucket"]],
            b"\x00" if row["content_commitment"] is None else b"\x02" + row["content_commitment"],
        )
    )


def _personal_label_verified_v1(row: Row) -> bytes:
    return b"".join(
        (
            b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),
            b"\x00" if row["token_exact"] is None else b"\x02" + row["token_exact"],
            b"\x00" if row["token_loose"] is None else b"\x02" + row["token_loose"],
            b"\x00" if row["token_key_id"] is None else b"\x02" + write_string(row["token_key_id"]),
        )
    )


def _retention_label_verified_v1(row: Row) -> str:
    del row
    return "OPS"


def _delivery_label_verified_v1(row: Row) -> Delivery:
    del row
    return "standard"


_LABEL_VERIFIED_V1 = EventCodec(
    event_type="label.verified",
    version=1,
    topic="events",
    schema_id=0x756141B3,
    fingerprint=bytes.fromhex("d58506cf941ebfe54b368028b2221650fd4c0323ee7894b7a5ab042197c8e92a"),
    has_tokens=True,
    people=("subject_ref",),
    check_own=_check_label_verified_v1,
    check_filled=_check_filled_label_verified_v1,
    check_envelope=_check_envelope,
    encode_public=_public_label_verified_v1,
    encode_personal=_personal_label_verified_v1,
    retention_class=_retention_label_verified_v1,
    delivery=_delivery_label_verified_v1,
)


def _check_model_remediation_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["remediation_kind"]
    if type(value) is not str or value not in _REMEDIATIONKIND:
        fail_enum("remediation_kind", value, tuple(_REMEDIATIONKIND))
    value = row["remediation_state"]
    if type(value) is not str or value not in _REMEDIATIONSTATE:
        fail_enum("remediation_state", value, tuple(_REMEDIATIONSTATE))
    value = row["completed_at"]
    if value is not None:
        check_number("completed_at", value, "timestamp")
    value = row["remediation_ref"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("remediation_ref", value, "id")
    value = row["ruleset_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("ruleset_version", value, "id")
    value = row["reason_codes"]
    check_array("reason_codes", value, _REASONCODE_SET, "id")


def _check_filled_model_remediation_v1(row: Row) -> None:
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


def _public_model_remediation_v1(row: Row) -> bytes:
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
            _REMEDIATIONKIND[row["remediation_kind"]],
            _REMEDIATIONSTATE[row["remediation_state"]],
            b"\x00" if row["completed_at"] is None else b"\x02" + write_long(row["completed_at"]),
            b"\x00" if row["remediation_ref"] is None else b"\x02" + write_string(row["remediation_ref"]),
            b"\x00" if row["ruleset_version"] is None else b"\x02" + write_string(row["ruleset_version"]),
            write_array(row["reason_codes"], _REASONCODE.__getitem__),
        )
    )


def _personal_model_remediation_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_model_remediation_v1(row: Row) -> str:
    del row
    return "MOD"


def _delivery_model_remediation_v1(row: Row) -> Delivery:
    del row
    return "standard"


_MODEL_REMEDIATION_V1 = EventCodec(
    event_type="model.remediation",
    version=1,
    topic="events",
    schema_id=0x6DB0DE5B,
    fingerprint=bytes.fromhex("b6c3796e5c15252f712bf2deeb57d34f980216d848a2d7e01cac26ecab010ebf"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_model_remediation_v1,
    check_filled=_check_filled_model_remediation_v1,
    check_envelope=_check_envelope,
    encode_public=_public_model_remediation_v1,
    encode_personal=_personal_model_remediation_v1,
    retention_class=_retention_model_remediation_v1,
    delivery=_delivery_model_remediation_v1,
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
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
    topic="events",
    schema_id=0x46526A41,
    fingerprint=bytes.fromhex("1949a9051044126ea01e647d10cdc891e81de872d97983e830532ca423cf056d"),
    has_tokens=False,
    people=("subject_ref",),
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
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
    topic="events",
    schema_id=0x7D4B05D0,
    fingerprint=bytes.fromhex("f52c1743ea7b807350e371f4eac3ea8346c87d479ae6b8d9252fa275a20d6f09"),
    has_tokens=True,
    people=("subject_ref",),
    check_own=_check_output_generated_v1,
    check_filled=_check_filled_output_generated_v1,
    check_envelope=_check_envelope,
    encode_public=_public_output_generated_v1,
    encode_personal=_personal_output_generated_v1,
    retention_class=_retention_output_generated_v1,
    delivery=_delivery_output_generated_v1,
)


def _check_policy_published_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["policy_kind"]
    if type(value) is not str or value not in _POLICYKIND:
        fail_enum("policy_kind", value, tuple(_POLICYKIND))
    value = row["policy_digest"]
    if value is not None:
        check_fixed("policy_digest", value, 32)
    value = row["effective_from"]
    check_number("effective_from", value, "timestamp")
    value = row["limit_value"]
    if value is not None:
        check_number("limit_value", value, "int")
    value = row["limit_unit"]
    if value is not None and (type(value) is not str or value not in _LIMITUNIT):
        fail_enum("limit_unit", value, tuple(_LIMITUNIT))
    value = row["applies_to"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("applies_to", value, "id")
    value = row["published_ref"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("published_ref", value, "id")


def _check_filled_policy_published_v1(row: Row) -> None:
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


def _public_policy_published_v1(row: Row) -> bytes:
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
            _POLICYKIND[row["policy_kind"]],
            b"\x00" if row["policy_digest"] is None else b"\x02" + row["policy_digest"],
            write_long(row["effective_from"]),
            b"\x00" if row["limit_value"] is None else b"\x02" + write_long(row["limit_value"]),
            b"\x00" if row["limit_unit"] is None else b"\x02" + _LIMITUNIT[row["limit_unit"]],
            b"\x00" if row["applies_to"] is None else b"\x02" + write_string(row["applies_to"]),
            b"\x00" if row["published_ref"] is None else b"\x02" + write_string(row["published_ref"]),
        )
    )


def _personal_policy_published_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_policy_published_v1(row: Row) -> str:
    del row
    return "REG"


def _delivery_policy_published_v1(row: Row) -> Delivery:
    del row
    return "standard"


_POLICY_PUBLISHED_V1 = EventCodec(
    event_type="policy.published",
    version=1,
    topic="control",
    schema_id=0x6CF560CC,
    fingerprint=bytes.fromhex("b3d583310c5c75cab780f753669074eb336402dc0e20332731653439a37267bf"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_policy_published_v1,
    check_filled=_check_filled_policy_published_v1,
    check_envelope=_check_envelope,
    encode_public=_public_policy_published_v1,
    encode_personal=_personal_policy_published_v1,
    retention_class=_retention_policy_published_v1,
    delivery=_delivery_policy_published_v1,
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
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
        (
            "encode_failed",
            "heartbeat_full",
            "journal_full",
            "journal_damaged",
            "memory_full",
            "memory_lost",
            "too_large",
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
    topic="events",
    schema_id=0x5F9B3894,
    fingerprint=bytes.fromhex("7e6ce250ebddd46a17bc2a6dbdd2488e72b076a3df75e200680d2ea1500e5e18"),
    has_tokens=False,
    people=("subject_ref",),
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
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
    topic="events",
    schema_id=0x771600F4,
    fingerprint=bytes.fromhex("dc5803d31f9a862213f5bc6687d63e554150a878d2da930ad7178eecf8e9f1e9"),
    has_tokens=True,
    people=("subject_ref",),
    check_own=_check_prompt_received_v1,
    check_filled=_check_filled_prompt_received_v1,
    check_envelope=_check_envelope,
    encode_public=_public_prompt_received_v1,
    encode_personal=_personal_prompt_received_v1,
    retention_class=_retention_prompt_received_v1,
    delivery=_delivery_prompt_received_v1,
)


def _check_retention_applied_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["applied_class"]
    if type(value) is not str or value not in _RETENTIONCLASS:
        fail_enum("applied_class", value, tuple(_RETENTIONCLASS))
    value = row["applied_action"]
    if type(value) is not str or value not in _RETENTIONACTION:
        fail_enum("applied_action", value, tuple(_RETENTIONACTION))
    value = row["rows_applied"]
    check_number("rows_applied", value, "long")
    value = row["cutoff"]
    check_number("cutoff", value, "timestamp")
    value = row["oldest_at"]
    if value is not None:
        check_number("oldest_at", value, "timestamp")
    value = row["newest_at"]
    if value is not None:
        check_number("newest_at", value, "timestamp")
    value = row["partition_ref"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("partition_ref", value, "id")


def _check_filled_retention_applied_v1(row: Row) -> None:
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


def _public_retention_applied_v1(row: Row) -> bytes:
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
            _RETENTIONCLASS[row["applied_class"]],
            _RETENTIONACTION[row["applied_action"]],
            write_long(row["rows_applied"]),
            write_long(row["cutoff"]),
            b"\x00" if row["oldest_at"] is None else b"\x02" + write_long(row["oldest_at"]),
            b"\x00" if row["newest_at"] is None else b"\x02" + write_long(row["newest_at"]),
            b"\x00" if row["partition_ref"] is None else b"\x02" + write_string(row["partition_ref"]),
        )
    )


def _personal_retention_applied_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_retention_applied_v1(row: Row) -> str:
    del row
    return "REG"


def _delivery_retention_applied_v1(row: Row) -> Delivery:
    del row
    return "standard"


_RETENTION_APPLIED_V1 = EventCodec(
    event_type="retention.applied",
    version=1,
    topic="control",
    schema_id=0x54E8DCDB,
    fingerprint=bytes.fromhex("53a3736f22a03636aea14dc22e73f8b31a18edb3db5511ca5f024ac91d65f7e6"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_retention_applied_v1,
    check_filled=_check_filled_retention_applied_v1,
    check_envelope=_check_envelope,
    encode_public=_public_retention_applied_v1,
    encode_personal=_personal_retention_applied_v1,
    retention_class=_retention_retention_applied_v1,
    delivery=_delivery_retention_applied_v1,
)


def _check_rights_request_transition_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["rights_kind"]
    if type(value) is not str or value not in _RIGHTSKIND:
        fail_enum("rights_kind", value, tuple(_RIGHTSKIND))
    value = row["rights_state"]
    if type(value) is not str or value not in _RIGHTSSTATE:
        fail_enum("rights_state", value, tuple(_RIGHTSSTATE))
    value = row["due_at"]
    if value is not None:
        check_number("due_at", value, "timestamp")
    value = row["feedback_sent_at"]
    if value is not None:
        check_number("feedback_sent_at", value, "timestamp")
    value = row["refusal_code"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("refusal_code", value, "id")
    value = row["retained_basis"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("retained_basis", value, "id")
    value = row["restricted_until"]
    if value is not None:
        check_number("restricted_until", value, "timestamp")
    value = row["owner_role"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("owner_role", value, "id")


def _check_filled_rights_request_transition_v1(row: Row) -> None:
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


def _public_rights_request_transition_v1(row: Row) -> bytes:
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
            _RIGHTSKIND[row["rights_kind"]],
            _RIGHTSSTATE[row["rights_state"]],
            b"\x00" if row["due_at"] is None else b"\x02" + write_long(row["due_at"]),
            b"\x00" if row["feedback_sent_at"] is None else b"\x02" + write_long(row["feedback_sent_at"]),
            b"\x00" if row["refusal_code"] is None else b"\x02" + write_string(row["refusal_code"]),
            b"\x00" if row["retained_basis"] is None else b"\x02" + write_string(row["retained_basis"]),
            b"\x00" if row["restricted_until"] is None else b"\x02" + write_long(row["restricted_until"]),
            b"\x00" if row["owner_role"] is None else b"\x02" + write_string(row["owner_role"]),
        )
    )


def _personal_rights_request_transition_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_rights_request_transition_v1(row: Row) -> str:
    del row
    return "CASE"


def _delivery_rights_request_transition_v1(row: Row) -> Delivery:
    del row
    return "standard"


_RIGHTS_REQUEST_TRANSITION_V1 = EventCodec(
    event_type="rights_request.transition",
    version=1,
    topic="events",
    schema_id=0x76779168,
    fingerprint=bytes.fromhex("d9de45a3b28eca1395fe5639fd43a85f4130daaa4a4a72d2673202d34d93e637"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_rights_request_transition_v1,
    check_filled=_check_filled_rights_request_transition_v1,
    check_envelope=_check_envelope,
    encode_public=_public_rights_request_transition_v1,
    encode_personal=_personal_rights_request_transition_v1,
    retention_class=_retention_rights_request_transition_v1,
    delivery=_delivery_rights_request_transition_v1,
)


def _check_service_declared_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["exempt_entity_kind"]
    if value is not None and (type(value) is not str or value not in _EXEMPTENTITYKIND):
        fail_enum("exempt_entity_kind", value, tuple(_EXEMPTENTITYKIND))
    value = row["special_regimes"]
    check_array("special_regimes", value, _SPECIALREGIME_SET, "id")
    value = row["permit_ref"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("permit_ref", value, "id")
    value = row["access_control_ref"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("access_control_ref", value, "id")
    value = row["service_origin"]
    if value is not None and (type(value) is not str or not _JURISDICTION(value)):
        fail_format("service_origin", value, "jurisdiction")
    value = row["valid_from"]
    check_number("valid_from", value, "timestamp")
    value = row["valid_to"]
    if value is not None:
        check_number("valid_to", value, "timestamp")
    value = row["owner_role"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("owner_role", value, "id")
    value = row["reason_code"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("reason_code", value, "id")


def _check_filled_service_declared_v1(row: Row) -> None:
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


def _public_service_declared_v1(row: Row) -> bytes:
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
            b"\x00" if row["exempt_entity_kind"] is None else b"\x02" + _EXEMPTENTITYKIND[row["exempt_entity_kind"]],
            write_array(row["special_regimes"], _SPECIALREGIME.__getitem__),
            b"\x00" if row["permit_ref"] is None else b"\x02" + write_string(row["permit_ref"]),
            b"\x00" if row["access_control_ref"] is None else b"\x02" + write_string(row["access_control_ref"]),
            b"\x00" if row["service_origin"] is None else b"\x02" + write_string(row["service_origin"]),
            write_long(row["valid_from"]),
            b"\x00" if row["valid_to"] is None else b"\x02" + write_long(row["valid_to"]),
            b"\x00" if row["owner_role"] is None else b"\x02" + write_string(row["owner_role"]),
            b"\x00" if row["reason_code"] is None else b"\x02" + write_string(row["reason_code"]),
        )
    )


def _personal_service_declared_v1(row: Row) -> bytes:
    return b"".join((b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),))


def _retention_service_declared_v1(row: Row) -> str:
    del row
    return "REG"


def _delivery_service_declared_v1(row: Row) -> Delivery:
    del row
    return "standard"


_SERVICE_DECLARED_V1 = EventCodec(
    event_type="service.declared",
    version=1,
    topic="events",
    schema_id=0x52378002,
    fingerprint=bytes.fromhex("48de0008717cf5f47f08abf2d9a59f7c8ddca649a142e22a080e81c0858d4e68"),
    has_tokens=False,
    people=("subject_ref",),
    check_own=_check_service_declared_v1,
    check_filled=_check_filled_service_declared_v1,
    check_envelope=_check_envelope,
    encode_public=_public_service_declared_v1,
    encode_personal=_personal_service_declared_v1,
    retention_class=_retention_service_declared_v1,
    delivery=_delivery_service_declared_v1,
)


def _check_unlabelled_granted_v1(row: Row) -> None:
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
        (
            "region",
            "zone",
            "environment",
            "channel",
            "app_version",
            "experiment",
            "endpoint",
            "cluster",
        ),
        "string",
    )
    value = row["grant_id"]
    if type(value) is not str or not _ID(value):
        fail_format("grant_id", value, "id")
    value = row["requested_at"]
    if value is not None:
        check_number("requested_at", value, "timestamp")
    value = row["agreement_version"]
    if value is not None and (type(value) is not str or not _ID(value)):
        fail_format("agreement_version", value, "id")
    value = row["duty_clause_digest"]
    if value is not None:
        check_fixed("duty_clause_digest", value, 32)
    value = row["expires_at"]
    if value is not None:
        check_number("expires_at", value, "timestamp")


def _check_filled_unlabelled_granted_v1(row: Row) -> None:
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
    value = row["recipient_ref"]
    if value is not None and (type(value) is not str or not _SUBJECT_REF(value)):
        fail_format("recipient_ref", value, "subject_ref")


def _public_unlabelled_granted_v1(row: Row) -> bytes:
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
            write_string(row["grant_id"]),
            b"\x00" if row["requested_at"] is None else b"\x02" + write_long(row["requested_at"]),
            b"\x00" if row["agreement_version"] is None else b"\x02" + write_string(row["agreement_version"]),
            b"\x00" if row["duty_clause_digest"] is None else b"\x02" + row["duty_clause_digest"],
            b"\x00" if row["expires_at"] is None else b"\x02" + write_long(row["expires_at"]),
        )
    )


def _personal_unlabelled_granted_v1(row: Row) -> bytes:
    return b"".join(
        (
            b"\x00" if row["subject_ref"] is None else b"\x02" + write_string(row["subject_ref"]),
            b"\x00" if row["recipient_ref"] is None else b"\x02" + write_string(row["recipient_ref"]),
        )
    )


def _retention_unlabelled_granted_v1(row: Row) -> str:
    del row
    return "UNLAB"


def _delivery_unlabelled_granted_v1(row: Row) -> Delivery:
    del row
    return "permissive"


_UNLABELLED_GRANTED_V1 = EventCodec(
    event_type="unlabelled.granted",
    version=1,
    topic="events",
    schema_id=0x70AF56F9,
    fingerprint=bytes.fromhex("c2bd5be6a82d75688f0dbf0bbeb6353fce6e01caad63bdee05c9219ca5f43705"),
    has_tokens=False,
    people=("subject_ref", "recipient_ref"),
    check_own=_check_unlabelled_granted_v1,
    check_filled=_check_filled_unlabelled_granted_v1,
    check_envelope=_check_envelope,
    encode_public=_public_unlabelled_granted_v1,
    encode_personal=_personal_unlabelled_granted_v1,
    retention_class=_retention_unlabelled_granted_v1,
    delivery=_delivery_unlabelled_granted_v1,
)

CODECS = (
    _AGREEMENT_ACCEPTED_V1,
    _AUDIT_ACCESSED_V1,
    _AUTHORITY_REPORT_V1,
    _COMPLAINT_TRANSITION_V1,
    _CONTENT_DELIVERED_V1,
    _GATEWAY_COUNTED_V1,
    _LABEL_APPLIED_V1,
    _LABEL_VERIFIED_V1,
    _MODEL_REMEDIATION_V1,
    _MODERATION_ACTION_V1,
    _OUTPUT_GENERATED_V1,
    _POLICY_PUBLISHED_V1,
    _PRODUCER_SESSION_V1,
    _PROMPT_RECEIVED_V1,
    _RETENTION_APPLIED_V1,
    _RIGHTS_REQUEST_TRANSITION_V1,
    _SERVICE_DECLARED_V1,
    _UNLABELLED_GRANTED_V1,
)
