"""Readers of ordinary events. Generated from the .avsc files by `python -m tracemark.schemas.codegen`; do not edit.

`data` is a whole framed value, `at` the place reached in it. A text is `data[at + 1 : (at := at + STEP[data[at]])]`: what
follows its length byte, up to where the next field begins. An absent value is its branch byte alone, a zero.
"""

import struct
from collections.abc import Mapping

from tracemark.schemas.checking import FORMATS
from tracemark.schemas.reading import (
    BOOLEANS,
    HEX,
    ID,
    SMALL,
    STEP,
    Known,
    Reader,
    SymbolLists,
    Unusual,
    Values,
    instant,
    long_id,
    number,
    number_map,
    prove,
    shape,
    text,
    text_list,
    text_map,
)

DOUBLE = struct.Struct("<d").unpack_from
ZERO_16, ZERO_32 = bytes(16), bytes(32)
_SESSIONS: dict[bytes, tuple[bytes, Values]] = {}
_SESSIONS_KEPT = 10_000
SPAN_ID = shape(16)
SUBJECT_REF = shape(32)
TRACE_ID = shape(32)
UUID = shape(8, 4, 4, 4, 12)
UUID_TEXT = shape(8, 4, 4, 4, 12)
AIGC = FORMATS["aigc"]
MEDIA_TYPE = FORMATS["media_type"]
KNOWN_AIGC = Known("aigc")
KNOWN_ID = Known("id")
KNOWN_JURISDICTION = Known("jurisdiction")
KNOWN_LANGUAGE = Known("language")
KNOWN_MEDIA_TYPE = Known("media_type")

ACCESSINTERFACE = {
    0: "cli",
    2: "api",
    4: "http",
    6: "grafana",
}
ACCESSINTERFACE_LISTS = SymbolLists(ACCESSINTERFACE)

ACCESSKIND = {
    0: "trace",
    2: "query",
    4: "export",
    6: "dashboard",
    8: "obligations",
    10: "verify",
}
ACCESSKIND_LISTS = SymbolLists(ACCESSKIND)

AIGCLABEL = {
    0: "is_generated",
    2: "may_be_generated",
    4: "suspected_generated",
}
AIGCLABEL_LISTS = SymbolLists(AIGCLABEL)

APPEAL = {
    0: "none",
    2: "filed",
    4: "upheld",
    6: "overturned",
}
APPEAL_LISTS = SymbolLists(APPEAL)

AUDIENCECLASS = {
    0: "public_mainland",
    2: "public_outside",
    4: "staff_or_member",
    6: "test",
    8: "unknown",
}
AUDIENCECLASS_LISTS = SymbolLists(AUDIENCECLASS)

CLOSEDBY = {
    0: "owner",
    2: "adopter",
}
CLOSEDBY_LISTS = SymbolLists(CLOSEDBY)

COMPLAINTCHANNEL = {
    0: "in_app",
    2: "web",
    4: "email",
    6: "phone",
    8: "letter",
    10: "in_person",
    12: "authority",
    14: "other",
}
COMPLAINTCHANNEL_LISTS = SymbolLists(COMPLAINTCHANNEL)

COMPLAINTKIND = {
    0: "complaint",
    2: "public_report",
    4: "user_appeal",
    6: "data_security",
}
COMPLAINTKIND_LISTS = SymbolLists(COMPLAINTKIND)

COMPLAINTSTATE = {
    0: "received",
    2: "accepted",
    4: "not_accepted",
    6: "processing",
    8: "decided_upheld",
    10: "decided_partly",
    12: "decided_rejected",
    14: "feedback_sent",
    16: "closed",
    18: "reopened",
    20: "referred_to_authority",
}
COMPLAINTSTATE_LISTS = SymbolLists(COMPLAINTSTATE)

CONTENTFORM = {
    0: "text_1",
    2: "bytes_1",
}
CONTENTFORM_LISTS = SymbolLists(CONTENTFORM)

DELIVERYCHANNEL = {
    0: "in_app_display",
    2: "stream",
    4: "download",
    6: "copy",
    8: "export",
    10: "api",
    12: "publish",
}
DELIVERYCHANNEL_LISTS = SymbolLists(DELIVERYCHANNEL)

DETECTOR = {
    0: "keyword",
    2: "classifier",
    4: "llm_judge",
    6: "human",
    8: "user_report",
    10: "authority_order",
}
DETECTOR_LISTS = SymbolLists(DETECTOR)

DURABILITY = {
    0: "journal",
    2: "memory",
}
DURABILITY_LISTS = SymbolLists(DURABILITY)

DUTYBASIS = {
    0: "ds17_1_1_text_dialogue_writing",
    2: "ds17_1_2_voice",
    4: "ds17_1_3_face_pose_person",
    6: "ds17_1_4_immersive_scene",
    8: "ds17_1_5_other_significant",
    10: "ds17_2_offer_function",
    12: "none",
}
DUTYBASIS_LISTS = SymbolLists(DUTYBASIS)

EXEMPTENTITYKIND = {
    0: "industry_body",
    2: "enterprise",
    4: "education_research",
    6: "public_culture",
    8: "professional_body",
}
EXEMPTENTITYKIND_LISTS = SymbolLists(EXEMPTENTITYKIND)

FINISH = {
    0: "complete",
    2: "stopped",
    4: "refused",
    6: "partial",
    8: "error",
}
FINISH_LISTS = SymbolLists(FINISH)

LABELCARRIER = {
    0: "text_prompt",
    2: "generic_symbol",
    4: "voice_prompt",
    6: "audio_rhythm",
    8: "graphic_mark",
    10: "interface_notice",
    12: "file_metadata",
    14: "digital_watermark",
    16: "c2pa_manifest",
}
LABELCARRIER_LISTS = SymbolLists(LABELCARRIER)

LABELKIND = {
    0: "explicit",
    2: "implicit",
}
LABELKIND_LISTS = SymbolLists(LABELKIND)

LABELPOSITION = {
    0: "start",
    2: "end",
    4: "middle",
    6: "interface",
    8: "around_text",
    10: "in_image",
    12: "opening_frame",
    14: "player_surround",
    16: "during_service",
    18: "other",
}
LABELPOSITION_LISTS = SymbolLists(LABELPOSITION)

LABELSTATE = {
    0: "applied",
    2: "verified",
    4: "preserved",
    6: "rewritten_by_platform",
    8: "waived_by_grant",
    10: "missing",
    12: "altered",
    14: "forged",
    16: "hidden",
}
LABELSTATE_LISTS = SymbolLists(LABELSTATE)

LABELVERDICT = {
    0: "verified",
    2: "missing",
    4: "not_checked",
}
LABELVERDICT_LISTS = SymbolLists(LABELVERDICT)

LENGTHBUCKET = {
    0: "chars_0",
    2: "chars_1_15",
    4: "chars_16_63",
    6: "chars_64_255",
    8: "chars_256_1023",
    10: "chars_1024_4095",
    12: "chars_4096_16383",
    14: "chars_16384_up",
}
LENGTHBUCKET_LISTS = SymbolLists(LENGTHBUCKET)

LIMITUNIT = {
    0: "hours",
    2: "days",
    4: "working_days",
    6: "months",
}
LIMITUNIT_LISTS = SymbolLists(LIMITUNIT)

MODALITY = {
    0: "text",
    2: "image",
    4: "audio",
    6: "video",
    8: "virtual_scene",
    10: "other",
}
MODALITY_LISTS = SymbolLists(MODALITY)

MODERATIONACTIONKIND = {
    0: "pass",
    2: "refuse",
    4: "stop_generation",
    6: "stop_transmission",
    8: "remove",
    10: "block",
    12: "disconnect_link",
    14: "label_then_continue",
    16: "rumour_rebuttal",
    18: "restore",
    20: "warn",
    22: "restrict_function",
    24: "suspend_service",
    26: "terminate_service",
    28: "close_account",
    30: "lift",
    32: "model_optimisation_training",
    34: "ruleset_update",
}
MODERATIONACTIONKIND_LISTS = SymbolLists(MODERATIONACTIONKIND)

MODERATIONSTAGE = {
    0: "input",
    2: "generation",
    4: "output",
    6: "delivery",
    8: "post_publication",
}
MODERATIONSTAGE_LISTS = SymbolLists(MODERATIONSTAGE)

MODERATIONTARGET = {
    0: "content",
    2: "user",
    4: "model",
    6: "link",
}
MODERATIONTARGET_LISTS = SymbolLists(MODERATIONTARGET)

POLICYKIND = {
    0: "complaint_sla",
    2: "rights_sla",
    4: "moderation_targets",
    6: "service_scope_notice",
    8: "label_policy",
    10: "user_agreement",
    12: "minors_protection",
}
POLICYKIND_LISTS = SymbolLists(POLICYKIND)

PROVIDERROLE = {
    0: "provider_direct",
    2: "provider_via_api",
    4: "technical_supporter",
    6: "propagation_platform",
    8: "app_store",
}
PROVIDERROLE_LISTS = SymbolLists(PROVIDERROLE)

REALNAMEMETHOD = {
    0: "phone",
    2: "id_number",
    4: "unified_social_credit_code",
    6: "national_identity_service",
    8: "other",
}
REALNAMEMETHOD_LISTS = SymbolLists(REALNAMEMETHOD)

REALNAMESTATUS = {
    0: "verified",
    2: "unverified",
    4: "not_required",
    6: "unknown",
}
REALNAMESTATUS_LISTS = SymbolLists(REALNAMESTATUS)

REASONCODE = {
    0: "subversion",
    2: "national_security",
    4: "national_image",
    6: "separatism",
    8: "social_stability",
    10: "terrorism",
    12: "extremism",
    14: "ethnic_hatred",
    16: "ethnic_discrimination",
    18: "violence",
    20: "obscenity",
    22: "false_harmful",
    24: "discrim_ethnicity",
    26: "discrim_belief",
    28: "discrim_nationality",
    30: "discrim_region",
    32: "discrim_gender",
    34: "discrim_age",
    36: "discrim_occupation",
    38: "discrim_health",
    40: "rights_ip",
    42: "rights_trade_secret",
    44: "rights_monopoly_unfair_competition",
    46: "rights_portrait",
    48: "rights_reputation",
    50: "rights_honour",
    52: "rights_privacy",
    54: "rights_personal_info",
    56: "rights_body_mind_health",
    58: "accuracy",
}
REASONCODE_LISTS = SymbolLists(REASONCODE)

REMEDIATIONKIND = {
    0: "model_optimisation_training",
    2: "ruleset_update",
    4: "prompt_filter",
    6: "data_removal",
    8: "other",
}
REMEDIATIONKIND_LISTS = SymbolLists(REMEDIATIONKIND)

REMEDIATIONSTATE = {
    0: "planned",
    2: "started",
    4: "completed",
    6: "failed",
}
REMEDIATIONSTATE_LISTS = SymbolLists(REMEDIATIONSTATE)

REPORTSTATE = {
    0: "draft",
    2: "sent",
    4: "acknowledged",
    6: "rejected",
}
REPORTSTATE_LISTS = SymbolLists(REPORTSTATE)

RETENTIONACTION = {
    0: "dropped",
    2: "restricted",
    4: "held",
    6: "released",
}
RETENTIONACTION_LISTS = SymbolLists(RETENTIONACTION)

RETENTIONCLASS = {
    0: "OPS",
    2: "UNLAB",
    4: "NET",
    6: "MOD",
    8: "ENF",
    10: "CASE",
    12: "XFER",
    14: "PIA",
    16: "REG",
    18: "EVAL",
    20: "INC",
    22: "EU_HR",
}
RETENTIONCLASS_LISTS = SymbolLists(RETENTIONCLASS)

RIGHTSKIND = {
    0: "access",
    2: "copy",
    4: "correct",
    6: "supplement",
    8: "delete",
    10: "transfer",
    12: "restrict",
    14: "withdraw_consent",
    16: "close_account",
    18: "explain",
}
RIGHTSKIND_LISTS = SymbolLists(RIGHTSKIND)

RIGHTSSTATE = {
    0: "received",
    2: "accepted",
    4: "processing",
    6: "done",
    8: "partly",
    10: "refused",
    12: "restricted_until",
    14: "feedback_sent",
    16: "closed",
}
RIGHTSSTATE_LISTS = SymbolLists(RIGHTSSTATE)

SERVICESCOPE = {
    0: "public_mainland",
    2: "not_public",
    4: "offshore_to_mainland",
    6: "outside_mainland",
    8: "undetermined",
}
SERVICESCOPE_LISTS = SymbolLists(SERVICESCOPE)

SESSIONSTATE = {
    0: "open",
    2: "heartbeat",
    4: "close",
}
SESSIONSTATE_LISTS = SymbolLists(SESSIONSTATE)

SPECIALREGIME = {
    0: "news_publishing",
    2: "film_tv",
    4: "literature_art",
    6: "licensed",
}
SPECIALREGIME_LISTS = SymbolLists(SPECIALREGIME)

DIMENSIONS_KEYS = {
    b"region": "region",
    b"zone": "zone",
    b"environment": "environment",
    b"channel": "channel",
    b"app_version": "app_version",
    b"experiment": "experiment",
    b"endpoint": "endpoint",
    b"cluster": "cluster",
}

DROPPED_KEYS = {
    b"encode_failed": "encode_failed",
    b"heartbeat_full": "heartbeat_full",
    b"journal_full": "journal_full",
    b"journal_damaged": "journal_damaged",
    b"memory_full": "memory_full",
    b"memory_lost": "memory_lost",
    b"too_large": "too_large",
}


def _session(data: bytes, at: int, producer: bytes) -> tuple[bytes, Values]:
    """The fields that are constant for a producer: their bytes, and their values; remembered by producer."""
    if producer.translate(HEX) != UUID:
        raise Unusual
    start = at
    service_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    service_scope = SERVICESCOPE[data[at]]
    at += 1
    provider_role = PROVIDERROLE[data[at]]
    at += 1
    audience_class = AUDIENCECLASS[data[at]]
    at += 1
    jurisdiction, at = text_list(data, at, KNOWN_JURISDICTION)
    tenant_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    if at > len(data):  # a slice may be shorter than announced, and its value must not be remembered
        raise Unusual
    if len(_SESSIONS) >= _SESSIONS_KEPT:
        _SESSIONS.clear()
    session = _SESSIONS[producer] = (
        data[start:at],
        (service_id, service_scope, provider_role, audience_class, jurisdiction, tenant_id),
    )
    return session


def _envelope(data: bytes, kind: bytes, event_type: str, version: int) -> tuple[int, Values]:
    """Where the envelope ends, and its values; `kind` is the encoding of `event_type` and `version`."""
    event_id, at = data[6:42], 42 + len(kind)
    if data[5] != 72 or event_id.translate(HEX) != UUID or data[42:at] != kind or data[at + 8] != 72:
        raise Unusual
    occurred_at = instant(data, at)
    producer = data[at + 9 : at + 45]
    at += 45
    if data[at] < 128:
        producer_seq = SMALL[data[at]]
        at += 1
    else:
        producer_seq, at = number(data, at, 9223372036854775807)
    if not producer_seq:
        raise Unusual
    session = _SESSIONS.get(producer)
    if session is None or not data.startswith(session[0], at):
        session = _session(data, at, producer)
    at += len(session[0])
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        request_id = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        request_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        content_id = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        content_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        case_id = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        case_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        model_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        model_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        model_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        model_version = ""
        at += 1
    if data[at] == 2:
        at += 1
        policy_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        policy_version = ""
        at += 1
    retention_class = RETENTIONCLASS[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != TRACE_ID:
            raise Unusual
        trace_id = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        trace_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SPAN_ID:
            raise Unusual
        span_id = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        span_id = ""
        at += 1
    if data[at]:
        dimensions, at = text_map(data, at, DIMENSIONS_KEYS, KNOWN_ID)
    else:
        dimensions = {}
        at += 1
    return at, (
        event_id.decode(),
        event_type,
        version,
        occurred_at,
        producer.decode(),
        producer_seq,
        *session[1],
        request_id,
        content_id,
        case_id,
        model_id,
        model_version,
        policy_version,
        retention_class,
        trace_id,
        span_id,
        dimensions,
    )


_KIND_AGREEMENT_ACCEPTED_V1 = b"$agreement.accepted\x02"
_PREFIX_AGREEMENT_ACCEPTED_V1 = bytes.fromhex("00aea6b07e6623326315bdf29906eb672aeab33107f39baf3215012771de0a9e19")


def _read_agreement_accepted_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_AGREEMENT_ACCEPTED_V1, "agreement.accepted", 1)
    if data[at] == 2:
        at += 1
        agreement_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        agreement_version = ""
        at += 1
    if data[at] == 2:
        at += 1
        agreement_digest = data[at : at + 32]
        if agreement_digest == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        agreement_digest = ZERO_32
        at += 1
    has_label_clause = BOOLEANS[data[at]]
    at += 1
    accepted_at = instant(data, at)
    at += 8
    if envelope[18] != "CASE":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_AGREEMENT_ACCEPTED_V1)
    return (*envelope, agreement_version, agreement_digest, has_label_clause, accepted_at, subject_ref, *seal)


_KIND_AUDIT_ACCESSED_V1 = b"\x1caudit.accessed\x02"
_PREFIX_AUDIT_ACCESSED_V1 = bytes.fromhex("00f9d85ed53f57eac5d782f05284eda923cb0123b4b76719d38f78363eb62b880a")


def _read_audit_accessed_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_AUDIT_ACCESSED_V1, "audit.accessed", 1)
    access_kind = ACCESSKIND[data[at]]
    at += 1
    access_interface = ACCESSINTERFACE[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        access_purpose = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        access_purpose = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        approval_ref = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        approval_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        if data[at] < 128:
            rows_read = SMALL[data[at]]
            at += 1
        else:
            rows_read, at = number(data, at, 9223372036854775807)
    elif data[at]:
        raise Unusual
    else:
        rows_read = None
        at += 1
    access_ok = BOOLEANS[data[at]]
    at += 1
    if envelope[18] != "NET":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        accessor_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        accessor_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_AUDIT_ACCESSED_V1)
    return (
        *envelope,
        access_kind,
        access_interface,
        access_purpose,
        approval_ref,
        rows_read,
        access_ok,
        subject_ref,
        accessor_ref,
        *seal,
    )


_KIND_AUTHORITY_REPORT_V1 = b" authority.report\x02"
_PREFIX_AUTHORITY_REPORT_V1 = bytes.fromhex("008e5d4d7009c1ff3d9db074951e9cbec0fa3ce2833671952ec1576a0907dc2eb7")


def _read_authority_report_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_AUTHORITY_REPORT_V1, "authority.report", 1)
    authority = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    report_state = REPORTSTATE[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        sent_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        sent_at = None
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        receipt_ref = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        receipt_ref = ""
        at += 1
    if data[at]:
        reason_codes = REASONCODE_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        reason_codes = ()
        at += 1
    if envelope[18] != "MOD":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_AUTHORITY_REPORT_V1)
    return (*envelope, authority, report_state, sent_at, receipt_ref, reason_codes, subject_ref, *seal)


_KIND_COMPLAINT_TRANSITION_V1 = b"(complaint.transition\x02"
_PREFIX_COMPLAINT_TRANSITION_V1 = bytes.fromhex("00bc98a9c219bfe261b41245823fdab1acbbe7ef22db3910c1c6602196a4046911")


def _read_complaint_transition_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_COMPLAINT_TRANSITION_V1, "complaint.transition", 1)
    complaint_kind = COMPLAINTKIND[data[at]]
    at += 1
    complaint_state = COMPLAINTSTATE[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        complaint_channel = COMPLAINTCHANNEL[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        complaint_channel = ""
        at += 1
    if data[at] == 2:
        at += 1
        due_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        due_at = None
        at += 1
    if data[at] == 2:
        at += 1
        feedback_sent_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        feedback_sent_at = None
        at += 1
    if data[at] == 2:
        at += 1
        owner_role = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        owner_role = ""
        at += 1
    if data[at] == 2:
        at += 1
        decision_code = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        decision_code = ""
        at += 1
    if envelope[18] != "CASE":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_COMPLAINT_TRANSITION_V1)
    return (
        *envelope,
        complaint_kind,
        complaint_state,
        complaint_channel,
        due_at,
        feedback_sent_at,
        owner_role,
        decision_code,
        subject_ref,
        *seal,
    )


_KIND_CONTENT_DELIVERED_V1 = b'"content.delivered\x02'
_PREFIX_CONTENT_DELIVERED_V1 = bytes.fromhex("00c7a055b975e5361edc7dbf954e19155d713c16e00bee07619095ec3d0b391956")


def _read_content_delivered_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_CONTENT_DELIVERED_V1, "content.delivered", 1)
    if data[at]:
        modality = MODALITY_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        modality = ()
        at += 1
    delivery_channel = DELIVERYCHANNEL[data[at]]
    at += 1
    duty_basis = DUTYBASIS[data[at]]
    at += 1
    explicit_verdict = LABELVERDICT[data[at]]
    at += 1
    implicit_verdict = LABELVERDICT[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        grant_id = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        grant_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        media_type, at = text(data, at, MEDIA_TYPE)
    elif data[at]:
        raise Unusual
    else:
        media_type = ""
        at += 1
    if data[at] == 2:
        at += 1
        content_form = CONTENTFORM[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        content_form = ""
        at += 1
    if data[at] == 2:
        at += 1
        length_bucket = LENGTHBUCKET[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        length_bucket = ""
        at += 1
    if data[at] == 2:
        at += 1
        content_commitment = data[at : at + 32]
        if content_commitment == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        content_commitment = ZERO_32
        at += 1
    if envelope[18] != "OPS":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        recipient_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        recipient_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        token_exact = data[at : at + 32]
        if token_exact == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_exact = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_loose = data[at : at + 32]
        if token_loose == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_loose = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_key_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        token_key_id = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_CONTENT_DELIVERED_V1)
    return (
        *envelope,
        modality,
        delivery_channel,
        duty_basis,
        explicit_verdict,
        implicit_verdict,
        grant_id,
        media_type,
        content_form,
        length_bucket,
        content_commitment,
        subject_ref,
        recipient_ref,
        token_exact,
        token_loose,
        token_key_id,
        *seal,
    )


_KIND_GATEWAY_COUNTED_V1 = b"\x1egateway.counted\x02"
_PREFIX_GATEWAY_COUNTED_V1 = bytes.fromhex("00d6e3038374ea0b3494d029e697dc6ed91a12ab5085e5a6fd95fdad0d0d95ec8a")


def _read_gateway_counted_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_GATEWAY_COUNTED_V1, "gateway.counted", 1)
    gateway_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    window_start = instant(data, at)
    at += 8
    window_end = instant(data, at)
    at += 8
    if data[at] < 128:
        counted_requests = SMALL[data[at]]
        at += 1
    else:
        counted_requests, at = number(data, at, 9223372036854775807)
    if envelope[18] != "NET":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_GATEWAY_COUNTED_V1)
    return (*envelope, gateway_id, window_start, window_end, counted_requests, subject_ref, *seal)


_KIND_LABEL_APPLIED_V1 = b"\x1alabel.applied\x02"
_PREFIX_LABEL_APPLIED_V1 = bytes.fromhex("00e045066506b92840bbbcc7b8ebf133cddceb1ea15e89ef082e31330ab5e1e4f1")


def _read_label_applied_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_LABEL_APPLIED_V1, "label.applied", 1)
    label_kind = LABELKIND[data[at]]
    at += 1
    label_carrier = LABELCARRIER[data[at]]
    at += 1
    if data[at]:
        label_positions = LABELPOSITION_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        label_positions = ()
        at += 1
    label_state = LABELSTATE[data[at]]
    at += 1
    duty_basis = DUTYBASIS[data[at]]
    at += 1
    if data[at]:
        modality = MODALITY_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        modality = ()
        at += 1
    if data[at] == 2:
        at += 1
        content_form = CONTENTFORM[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        content_form = ""
        at += 1
    if data[at] == 2:
        at += 1
        length_bucket = LENGTHBUCKET[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        length_bucket = ""
        at += 1
    if data[at] == 2:
        at += 1
        content_commitment = data[at : at + 32]
        if content_commitment == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        content_commitment = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        (height_ratio,) = DOUBLE(data, at)
        if not 0 <= height_ratio <= 1.7976931348623157e308:
            raise Unusual
        at += 8
    elif data[at]:
        raise Unusual
    else:
        height_ratio = None
        at += 1
    if data[at] == 2:
        at += 1
        if data[at] < 128:
            label_duration_ms = SMALL[data[at]]
            at += 1
        else:
            label_duration_ms, at = number(data, at, 9223372036854775807)
    elif data[at]:
        raise Unusual
    else:
        label_duration_ms = None
        at += 1
    if data[at] == 2:
        at += 1
        media_type, at = text(data, at, MEDIA_TYPE)
    elif data[at]:
        raise Unusual
    else:
        media_type = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_label = AIGCLABEL[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        aigc_label = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_content_producer, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_content_producer = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_produce_id, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_produce_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_reserved_code1, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_reserved_code1 = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_content_propagator, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_content_propagator = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_propagate_id, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_propagate_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_reserved_code2, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_reserved_code2 = ""
        at += 1
    if envelope[18] != "OPS":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        token_exact = data[at : at + 32]
        if token_exact == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_exact = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_loose = data[at : at + 32]
        if token_loose == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_loose = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_key_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        token_key_id = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_LABEL_APPLIED_V1)
    return (
        *envelope,
        label_kind,
        label_carrier,
        label_positions,
        label_state,
        duty_basis,
        modality,
        content_form,
        length_bucket,
        content_commitment,
        height_ratio,
        label_duration_ms,
        media_type,
        aigc_label,
        aigc_content_producer,
        aigc_produce_id,
        aigc_reserved_code1,
        aigc_content_propagator,
        aigc_propagate_id,
        aigc_reserved_code2,
        subject_ref,
        token_exact,
        token_loose,
        token_key_id,
        *seal,
    )


_KIND_LABEL_VERIFIED_V1 = b"\x1clabel.verified\x02"
_PREFIX_LABEL_VERIFIED_V1 = bytes.fromhex("00d58506cf941ebfe54b368028b2221650fd4c0323ee7894b7a5ab042197c8e92a")


def _read_label_verified_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_LABEL_VERIFIED_V1, "label.verified", 1)
    label_kind = LABELKIND[data[at]]
    at += 1
    label_carrier = LABELCARRIER[data[at]]
    at += 1
    if data[at]:
        label_positions = LABELPOSITION_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        label_positions = ()
        at += 1
    label_state = LABELSTATE[data[at]]
    at += 1
    if data[at] < 128:
        records_found = SMALL[data[at]]
        at += 1
    else:
        records_found, at = number(data, at, 2147483647)
    label_errors, at = text_list(data, at, KNOWN_ID)
    verifier = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    if data[at] == 2:
        at += 1
        verifier_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        verifier_version = ""
        at += 1
    if data[at] == 2:
        at += 1
        expected_hash = data[at : at + 32]
        if expected_hash == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        expected_hash = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        media_type, at = text(data, at, MEDIA_TYPE)
    elif data[at]:
        raise Unusual
    else:
        media_type = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_label = AIGCLABEL[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        aigc_label = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_content_producer, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_content_producer = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_produce_id, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_produce_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_reserved_code1, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_reserved_code1 = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_content_propagator, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_content_propagator = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_propagate_id, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_propagate_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        aigc_reserved_code2, at = text(data, at, AIGC)
    elif data[at]:
        raise Unusual
    else:
        aigc_reserved_code2 = ""
        at += 1
    if data[at]:
        modality = MODALITY_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        modality = ()
        at += 1
    if data[at] == 2:
        at += 1
        content_form = CONTENTFORM[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        content_form = ""
        at += 1
    if data[at] == 2:
        at += 1
        length_bucket = LENGTHBUCKET[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        length_bucket = ""
        at += 1
    if data[at] == 2:
        at += 1
        content_commitment = data[at : at + 32]
        if content_commitment == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        content_commitment = ZERO_32
        at += 1
    if envelope[18] != "OPS":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        token_exact = data[at : at + 32]
        if token_exact == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_exact = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_loose = data[at : at + 32]
        if token_loose == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_loose = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_key_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        token_key_id = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_LABEL_VERIFIED_V1)
    return (
        *envelope,
        label_kind,
        label_carrier,
        label_positions,
        label_state,
        records_found,
        label_errors,
        verifier,
        verifier_version,
        expected_hash,
        media_type,
        aigc_label,
        aigc_content_producer,
        aigc_produce_id,
        aigc_reserved_code1,
        aigc_content_propagator,
        aigc_propagate_id,
        aigc_reserved_code2,
        modality,
        content_form,
        length_bucket,
        content_commitment,
        subject_ref,
        token_exact,
        token_loose,
        token_key_id,
        *seal,
    )


_KIND_MODEL_REMEDIATION_V1 = b'"model.remediation\x02'
_PREFIX_MODEL_REMEDIATION_V1 = bytes.fromhex("00b6c3796e5c15252f712bf2deeb57d34f980216d848a2d7e01cac26ecab010ebf")


def _read_model_remediation_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_MODEL_REMEDIATION_V1, "model.remediation", 1)
    remediation_kind = REMEDIATIONKIND[data[at]]
    at += 1
    remediation_state = REMEDIATIONSTATE[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        completed_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        completed_at = None
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        remediation_ref = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        remediation_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        ruleset_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        ruleset_version = ""
        at += 1
    if data[at]:
        reason_codes = REASONCODE_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        reason_codes = ()
        at += 1
    if envelope[18] != "MOD":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_MODEL_REMEDIATION_V1)
    return (
        *envelope,
        remediation_kind,
        remediation_state,
        completed_at,
        remediation_ref,
        ruleset_version,
        reason_codes,
        subject_ref,
        *seal,
    )


_KIND_MODERATION_ACTION_V1 = b'"moderation.action\x02'
_PREFIX_MODERATION_ACTION_V1 = bytes.fromhex("001949a9051044126ea01e647d10cdc891e81de872d97983e830532ca423cf056d")


def _read_moderation_action_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_MODERATION_ACTION_V1, "moderation.action", 1)
    moderation_target = MODERATIONTARGET[data[at]]
    at += 1
    moderation_stage = MODERATIONSTAGE[data[at]]
    at += 1
    action = MODERATIONACTIONKIND[data[at]]
    at += 1
    if data[at]:
        reason_codes = REASONCODE_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        reason_codes = ()
        at += 1
    detector = DETECTOR[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        detector_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        detector_version = ""
        at += 1
    detector_categories, at = text_list(data, at, KNOWN_ID)
    if data[at] == 2:
        at += 1
        ruleset_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        ruleset_version = ""
        at += 1
    if data[at] == 2:
        at += 1
        (confidence,) = DOUBLE(data, at)
        if not 0 <= confidence <= 1:
            raise Unusual
        at += 8
    elif data[at]:
        raise Unusual
    else:
        confidence = None
        at += 1
    automated = BOOLEANS[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        detected_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        detected_at = None
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        basis_law = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        basis_law = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        basis_contract = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        basis_contract = ""
        at += 1
    if data[at] == 2:
        at += 1
        if data[at] < 128:
            measure_seconds = SMALL[data[at]]
            at += 1
        else:
            measure_seconds, at = number(data, at, 9223372036854775807)
    elif data[at]:
        raise Unusual
    else:
        measure_seconds = None
        at += 1
    if data[at] == 2:
        at += 1
        appeal = APPEAL[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        appeal = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        explanation_ref = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        explanation_ref = ""
        at += 1
    if envelope[18] != ({"user": "ENF"}.get(moderation_target) or "MOD"):
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_MODERATION_ACTION_V1)
    return (
        *envelope,
        moderation_target,
        moderation_stage,
        action,
        reason_codes,
        detector,
        detector_version,
        detector_categories,
        ruleset_version,
        confidence,
        automated,
        detected_at,
        basis_law,
        basis_contract,
        measure_seconds,
        appeal,
        explanation_ref,
        subject_ref,
        *seal,
    )


_KIND_OUTPUT_GENERATED_V1 = b" output.generated\x02"
_PREFIX_OUTPUT_GENERATED_V1 = bytes.fromhex("00f52c1743ea7b807350e371f4eac3ea8346c87d479ae6b8d9252fa275a20d6f09")


def _read_output_generated_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_OUTPUT_GENERATED_V1, "output.generated", 1)
    if data[at]:
        modality = MODALITY_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        modality = ()
        at += 1
    if data[at] == 2:
        at += 1
        language = KNOWN_LANGUAGE[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        language = ""
        at += 1
    if data[at] == 2:
        at += 1
        content_form = CONTENTFORM[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        content_form = ""
        at += 1
    if data[at] == 2:
        at += 1
        length_bucket = LENGTHBUCKET[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        length_bucket = ""
        at += 1
    if data[at] == 2:
        at += 1
        content_commitment = data[at : at + 32]
        if content_commitment == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        content_commitment = ZERO_32
        at += 1
    if data[at] < 128:
        output_index = SMALL[data[at]]
        at += 1
    else:
        output_index, at = number(data, at, 2147483647)
    finish = FINISH[data[at]]
    at += 1
    duty_basis = DUTYBASIS[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        media_type, at = text(data, at, MEDIA_TYPE)
    elif data[at]:
        raise Unusual
    else:
        media_type = ""
        at += 1
    if data[at] == 2:
        at += 1
        if data[at] < 128:
            generation_ms = SMALL[data[at]]
            at += 1
        else:
            generation_ms, at = number(data, at, 9223372036854775807)
    elif data[at]:
        raise Unusual
    else:
        generation_ms = None
        at += 1
    if data[at] == 2:
        at += 1
        if data[at] < 128:
            stream_chunks = SMALL[data[at]]
            at += 1
        else:
            stream_chunks, at = number(data, at, 9223372036854775807)
    elif data[at]:
        raise Unusual
    else:
        stream_chunks = None
        at += 1
    if data[at] == 2:
        at += 1
        upstream_service_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        upstream_service_id = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        upstream_content_id = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        upstream_content_id = ""
        at += 1
    if envelope[18] != "OPS":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        token_exact = data[at : at + 32]
        if token_exact == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_exact = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_loose = data[at : at + 32]
        if token_loose == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_loose = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_key_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        token_key_id = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_OUTPUT_GENERATED_V1)
    return (
        *envelope,
        modality,
        language,
        content_form,
        length_bucket,
        content_commitment,
        output_index,
        finish,
        duty_basis,
        media_type,
        generation_ms,
        stream_chunks,
        upstream_service_id,
        upstream_content_id,
        subject_ref,
        token_exact,
        token_loose,
        token_key_id,
        *seal,
    )


_KIND_POLICY_PUBLISHED_V1 = b" policy.published\x02"
_PREFIX_POLICY_PUBLISHED_V1 = bytes.fromhex("00b3d583310c5c75cab780f753669074eb336402dc0e20332731653439a37267bf")


def _read_policy_published_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_POLICY_PUBLISHED_V1, "policy.published", 1)
    policy_kind = POLICYKIND[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        policy_digest = data[at : at + 32]
        if policy_digest == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        policy_digest = ZERO_32
        at += 1
    effective_from = instant(data, at)
    at += 8
    if data[at] == 2:
        at += 1
        if data[at] < 128:
            limit_value = SMALL[data[at]]
            at += 1
        else:
            limit_value, at = number(data, at, 2147483647)
    elif data[at]:
        raise Unusual
    else:
        limit_value = None
        at += 1
    if data[at] == 2:
        at += 1
        limit_unit = LIMITUNIT[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        limit_unit = ""
        at += 1
    if data[at] == 2:
        at += 1
        applies_to = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        applies_to = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        published_ref = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        published_ref = ""
        at += 1
    if envelope[18] != "REG":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_POLICY_PUBLISHED_V1)
    return (
        *envelope,
        policy_kind,
        policy_digest,
        effective_from,
        limit_value,
        limit_unit,
        applies_to,
        published_ref,
        subject_ref,
        *seal,
    )


_KIND_PRODUCER_SESSION_V1 = b" producer.session\x02"
_PREFIX_PRODUCER_SESSION_V1 = bytes.fromhex("007e6ce250ebddd46a17bc2a6dbdd2488e72b076a3df75e200680d2ea1500e5e18")


def _read_producer_session_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_PRODUCER_SESSION_V1, "producer.session", 1)
    session_state = SESSIONSTATE[data[at]]
    at += 1
    if data[at] < 128:
        last_seq = SMALL[data[at]]
        at += 1
    else:
        last_seq, at = number(data, at, 9223372036854775807)
    producer_time = instant(data, at)
    at += 8
    if data[at] == 2:
        at += 1
        closed_by = CLOSEDBY[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        closed_by = ""
        at += 1
    durability = DURABILITY[data[at]]
    at += 1
    sdk_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    if data[at] < 128:
        emitted_total = SMALL[data[at]]
        at += 1
    else:
        emitted_total, at = number(data, at, 9223372036854775807)
    if data[at]:
        dropped, at = number_map(data, at, DROPPED_KEYS, 9223372036854775807)
    else:
        dropped = {}
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != UUID_TEXT:
            raise Unusual
        adopted_by = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        adopted_by = ""
        at += 1
    if envelope[18] != "NET":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_PRODUCER_SESSION_V1)
    return (
        *envelope,
        session_state,
        last_seq,
        producer_time,
        closed_by,
        durability,
        sdk_version,
        emitted_total,
        dropped,
        adopted_by,
        subject_ref,
        *seal,
    )


_KIND_PROMPT_RECEIVED_V1 = b"\x1eprompt.received\x02"
_PREFIX_PROMPT_RECEIVED_V1 = bytes.fromhex("00dc5803d31f9a862213f5bc6687d63e554150a878d2da930ad7178eecf8e9f1e9")


def _read_prompt_received_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_PROMPT_RECEIVED_V1, "prompt.received", 1)
    if data[at]:
        modality = MODALITY_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        modality = ()
        at += 1
    if data[at] == 2:
        at += 1
        language = KNOWN_LANGUAGE[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        language = ""
        at += 1
    if data[at] == 2:
        at += 1
        content_form = CONTENTFORM[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        content_form = ""
        at += 1
    if data[at] == 2:
        at += 1
        length_bucket = LENGTHBUCKET[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        length_bucket = ""
        at += 1
    if data[at] == 2:
        at += 1
        content_commitment = data[at : at + 32]
        if content_commitment == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        content_commitment = ZERO_32
        at += 1
    if data[at] < 128:
        prompt_index = SMALL[data[at]]
        at += 1
    else:
        prompt_index, at = number(data, at, 2147483647)
    realname_status = REALNAMESTATUS[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        realname_method = REALNAMEMETHOD[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        realname_method = ""
        at += 1
    if envelope[18] != "OPS":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        token_exact = data[at : at + 32]
        if token_exact == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_exact = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_loose = data[at : at + 32]
        if token_loose == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        token_loose = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        token_key_id = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        token_key_id = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_PROMPT_RECEIVED_V1)
    return (
        *envelope,
        modality,
        language,
        content_form,
        length_bucket,
        content_commitment,
        prompt_index,
        realname_status,
        realname_method,
        subject_ref,
        token_exact,
        token_loose,
        token_key_id,
        *seal,
    )


_KIND_RETENTION_APPLIED_V1 = b'"retention.applied\x02'
_PREFIX_RETENTION_APPLIED_V1 = bytes.fromhex("0053a3736f22a03636aea14dc22e73f8b31a18edb3db5511ca5f024ac91d65f7e6")


def _read_retention_applied_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_RETENTION_APPLIED_V1, "retention.applied", 1)
    applied_class = RETENTIONCLASS[data[at]]
    at += 1
    applied_action = RETENTIONACTION[data[at]]
    at += 1
    if data[at] < 128:
        rows_applied = SMALL[data[at]]
        at += 1
    else:
        rows_applied, at = number(data, at, 9223372036854775807)
    cutoff = instant(data, at)
    at += 8
    if data[at] == 2:
        at += 1
        oldest_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        oldest_at = None
        at += 1
    if data[at] == 2:
        at += 1
        newest_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        newest_at = None
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        partition_ref = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        partition_ref = ""
        at += 1
    if envelope[18] != "REG":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_RETENTION_APPLIED_V1)
    return (
        *envelope,
        applied_class,
        applied_action,
        rows_applied,
        cutoff,
        oldest_at,
        newest_at,
        partition_ref,
        subject_ref,
        *seal,
    )


_KIND_RIGHTS_REQUEST_TRANSITION_V1 = b"2rights_request.transition\x02"
_PREFIX_RIGHTS_REQUEST_TRANSITION_V1 = bytes.fromhex(
    "00d9de45a3b28eca1395fe5639fd43a85f4130daaa4a4a72d2673202d34d93e637"
)


def _read_rights_request_transition_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_RIGHTS_REQUEST_TRANSITION_V1, "rights_request.transition", 1)
    rights_kind = RIGHTSKIND[data[at]]
    at += 1
    rights_state = RIGHTSSTATE[data[at]]
    at += 1
    if data[at] == 2:
        at += 1
        due_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        due_at = None
        at += 1
    if data[at] == 2:
        at += 1
        feedback_sent_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        feedback_sent_at = None
        at += 1
    if data[at] == 2:
        at += 1
        refusal_code = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        refusal_code = ""
        at += 1
    if data[at] == 2:
        at += 1
        retained_basis = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        retained_basis = ""
        at += 1
    if data[at] == 2:
        at += 1
        restricted_until = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        restricted_until = None
        at += 1
    if data[at] == 2:
        at += 1
        owner_role = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        owner_role = ""
        at += 1
    if envelope[18] != "CASE":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_RIGHTS_REQUEST_TRANSITION_V1)
    return (
        *envelope,
        rights_kind,
        rights_state,
        due_at,
        feedback_sent_at,
        refusal_code,
        retained_basis,
        restricted_until,
        owner_role,
        subject_ref,
        *seal,
    )


_KIND_SERVICE_DECLARED_V1 = b" service.declared\x02"
_PREFIX_SERVICE_DECLARED_V1 = bytes.fromhex("0048de0008717cf5f47f08abf2d9a59f7c8ddca649a142e22a080e81c0858d4e68")


def _read_service_declared_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_SERVICE_DECLARED_V1, "service.declared", 1)
    if data[at] == 2:
        at += 1
        exempt_entity_kind = EXEMPTENTITYKIND[data[at]]
        at += 1
    elif data[at]:
        raise Unusual
    else:
        exempt_entity_kind = ""
        at += 1
    if data[at]:
        special_regimes = SPECIALREGIME_LISTS[data[at : (at := at + 2 + SMALL[data[at]])]]
    else:
        special_regimes = ()
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        permit_ref = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        permit_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        access_control_ref = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    elif data[at]:
        raise Unusual
    else:
        access_control_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        service_origin = KNOWN_JURISDICTION[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        service_origin = ""
        at += 1
    valid_from = instant(data, at)
    at += 8
    if data[at] == 2:
        at += 1
        valid_to = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        valid_to = None
        at += 1
    if data[at] == 2:
        at += 1
        owner_role = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        owner_role = ""
        at += 1
    if data[at] == 2:
        at += 1
        reason_code = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        reason_code = ""
        at += 1
    if envelope[18] != "REG":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_SERVICE_DECLARED_V1)
    return (
        *envelope,
        exempt_entity_kind,
        special_regimes,
        permit_ref,
        access_control_ref,
        service_origin,
        valid_from,
        valid_to,
        owner_role,
        reason_code,
        subject_ref,
        *seal,
    )


_KIND_UNLABELLED_GRANTED_V1 = b"$unlabelled.granted\x02"
_PREFIX_UNLABELLED_GRANTED_V1 = bytes.fromhex("00c2bd5be6a82d75688f0dbf0bbeb6353fce6e01caad63bdee05c9219ca5f43705")


def _read_unlabelled_granted_v1(data: bytes) -> Values:
    at, envelope = _envelope(data, _KIND_UNLABELLED_GRANTED_V1, "unlabelled.granted", 1)
    raw = data[at + 1 : (at := at + STEP[data[at]])]
    grant_id = raw.decode() if raw.translate(ID).isalpha() else long_id(raw)
    if data[at] == 2:
        at += 1
        requested_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        requested_at = None
        at += 1
    if data[at] == 2:
        at += 1
        agreement_version = KNOWN_ID[data[at + 1 : (at := at + STEP[data[at]])]]
    elif data[at]:
        raise Unusual
    else:
        agreement_version = ""
        at += 1
    if data[at] == 2:
        at += 1
        duty_clause_digest = data[at : at + 32]
        if duty_clause_digest == ZERO_32:
            raise Unusual
        at += 32
    elif data[at]:
        raise Unusual
    else:
        duty_clause_digest = ZERO_32
        at += 1
    if data[at] == 2:
        at += 1
        expires_at = instant(data, at)
        at += 8
    elif data[at]:
        raise Unusual
    else:
        expires_at = None
        at += 1
    if envelope[18] != "UNLAB":
        raise Unusual
    public = at
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        subject_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        subject_ref = ""
        at += 1
    if data[at] == 2:
        at += 1
        raw = data[at + 1 : (at := at + STEP[data[at]])]
        if raw.translate(HEX) != SUBJECT_REF:
            raise Unusual
        recipient_ref = raw.decode()
    elif data[at]:
        raise Unusual
    else:
        recipient_ref = ""
        at += 1
    seal = prove(data, public, at, _PREFIX_UNLABELLED_GRANTED_V1)
    return (
        *envelope,
        grant_id,
        requested_at,
        agreement_version,
        duty_clause_digest,
        expires_at,
        subject_ref,
        recipient_ref,
        *seal,
    )


READERS: Mapping[int, Reader] = {
    0x6BA9AC1F: _read_agreement_accepted_v1,
    0x7E7617B5: _read_audit_accessed_v1,
    0x6397535C: _read_authority_report_v1,
    0x6F262A70: _read_complaint_transition_v1,
    0x71E8156E: _read_content_delivered_v1,
    0x75B8C0E0: _read_gateway_counted_v1,
    0x78114199: _read_label_applied_v1,
    0x756141B3: _read_label_verified_v1,
    0x6DB0DE5B: _read_model_remediation_v1,
    0x46526A41: _read_moderation_action_v1,
    0x7D4B05D0: _read_output_generated_v1,
    0x6CF560CC: _read_policy_published_v1,
    0x5F9B3894: _read_producer_session_v1,
    0x771600F4: _read_prompt_received_v1,
    0x54E8DCDB: _read_retention_applied_v1,
    0x76779168: _read_rights_request_transition_v1,
    0x52378002: _read_service_declared_v1,
    0x70AF56F9: _read_unlabelled_granted_v1,
}
