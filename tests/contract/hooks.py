"""What schemathesis does to each request before it is sent: most of those that are valid become calls of a real flow.

Read by `run.py` from its environment: LATCHKEY_READY is the first line of the server, LATCHKEY_TOKENS whether requests
carry the token of a flow.
"""

import collections
import json
import os
import random

import schemathesis
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation

from flows import Campus, Flows

CAMPUS = Campus(json.loads(os.environ["LATCHKEY_READY"]))
FLOWS = Flows(CAMPUS) if os.environ.get("LATCHKEY_TOKENS") else None
COUNTED = os.environ["LATCHKEY_COUNTED"]
# How often a valid request is brought up to date: the rest stay as they were made, a stale revision included.
OFTEN = 0.8

statuses = collections.Counter()
chance = random.Random(1)


def is_valid(case, part=None):
    """Whether a request is what the document describes; or one part of it, while others may not be."""
    if case.meta is None:
        return True
    if part is None:
        return case.meta.generation.mode == GenerationMode.POSITIVE
    made = case.meta.components.get(part)
    return made is None or made.mode == GenerationMode.POSITIVE


@schemathesis.hook
def before_call(context, case, kwargs):
    flow = None
    if FLOWS and (case.path == "/v1/flow" or case.path.startswith("/v1/flow/")):
        flow = FLOWS.at(case.path)
        if flow and is_valid(case, ParameterLocation.HEADER):
            case.headers["Authorization"] = f"Bearer {flow.token}"
    if FLOWS and case.path == "/v1/reminders" and is_valid(case, ParameterLocation.HEADER):
        case.headers["Authorization"] = f"Bearer {FLOWS.known()}"
    if not is_valid(case) or not isinstance(case.body, dict) or chance.random() > OFTEN:
        return
    if flow and "revision" in case.body:
        case.body["revision"] = flow.shown["revision"]
    if "human_check" in case.body:
        case.body["human_check"] = CAMPUS.human_check()
    if flow and "id" in (case.path_parameters or {}):
        manage = flow.shown.get("manage") or {}
        there = [thing["id"] for thing in manage.get("registered", [])]
        pending = manage.get("pending")
        if pending:
            there.append(pending["id"])
        if there:
            case.path_parameters["id"] = chance.choice(there)


@schemathesis.hook
def after_call(context, case, response):
    code = ""
    if response.headers.get("content-type", [""])[0].startswith("application/problem+json"):
        code = " " + str(response.json().get("code"))
    kind = "valid" if is_valid(case) else "invalid"
    statuses[f"{kind} {response.status_code}{code}"] += 1
    with open(COUNTED, "w", encoding="utf-8") as out:
        json.dump({"answers": statuses, "flows": FLOWS.made if FLOWS else 0}, out)


@schemathesis.check
def no_valid_request_is_malformed(context, response, case):
    if is_valid(case) and response.status_code == 400:
        raise AssertionError(f"valid by the document, and refused as malformed: {response.text}")
