"""Real flows of a demonstration campus, led as far as a call needs them: what schemathesis cannot make up by itself."""

import hashlib
import json
import re
import urllib.error
import urllib.request

# Where a flow has to be led so that it takes a call.
PLACES = {
    "challenge": "choose_method",
    "proof": "prove",
    "password": "set_password",
    "methods": "manage",
    "finish": "manage",
    "feedback": "done",
}
# The calls below /v1/flow/methods/{id} are one call to the flow.
BELOW = ("confirm", "check", "remove")


class Campus:
    """A running demonstration, as its first line describes it."""

    def __init__(self, ready):
        self.url = ready["url"]
        self.outbox = ready["outbox"]
        self.people = {person["account"]: person for person in ready["accounts"]}

    def call(self, method, path, body=None, token=None):
        """The status and the answer of one call."""
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def human_check(self):
        """The solution of a new check: the number whose hash the server has asked for."""
        _, check = self.call("POST", "/v1/human-checks", {"kind": "proof_of_work"})
        puzzle = check["puzzle"]
        for number in range(puzzle["max_number"] + 1):
            if hashlib.sha256(f"{puzzle['salt']}{number}".encode()).hexdigest() == puzzle["challenge"]:
                return {"id": check["id"], "answer": str(number)}
        raise RuntimeError("no number solves the puzzle")

    def last_code(self, kind):
        """The digits in the newest message of a kind."""
        with open(self.outbox, encoding="utf-8") as lines:
            sent = [json.loads(line) for line in lines]
        bodies = [line["body"] for line in sent if line["kind"] == kind]
        return re.search(r"\d{6,}", bodies[-1].replace(" ", "")).group() if bodies else ""


class Flow:
    """One flow, by its token."""

    def __init__(self, campus, intent, account):
        self.campus, self.account = campus, account
        body = {"intent": intent, "account": account, "human_check": campus.human_check(), "language": "en"}
        status, started = campus.call("POST", "/v1/flows", body)
        if status != 201:
            raise RuntimeError(f"a flow did not start: {status} {started.get('code')}")
        self.token, self.shown = started["token"], started["flow"]

    def look(self):
        """Where it stands now."""
        status, shown = self.campus.call("GET", "/v1/flow", token=self.token)
        self.shown = shown if status == 200 else {"step": "lost", "revision": 0}
        return self.shown

    def act(self, call, **body):
        body["revision"] = self.shown["revision"]
        status, shown = self.campus.call("POST", f"/v1/flow/{call}", body, self.token)
        if status != 200:
            raise RuntimeError(f"{call}: {status} {shown.get('code')}")
        self.shown = shown

    def prove(self):
        """Passes one gate."""
        person = self.campus.people[self.account]
        if self.shown["step"] == "choose_method":
            offered = [choice["method"] for choice in self.shown["choose_method"]["methods"]]
            method = next(method for method in ("text_mobile", "email") if method in offered)
            known = next(known for known in person["methods"] if known["method"] == method)
            self.act("challenge", method=method, destination=known["destination"])
        if self.shown["prove"]["method"] == "current_password":
            self.act("proof", current_password=person["password"])
        else:
            kind = {"text_mobile": "text", "email": "email"}[self.shown["prove"]["method"]]
            self.act("proof", code=self.campus.last_code(kind))


class Flows:
    """One flow for each place where calls are taken, made again when it has moved on."""

    # Each of them somebody else, so that the tries of one do not stop the others.
    PEOPLE = {
        "choose_method": ("reset", "ada"),
        "prove": ("reset", "linus"),
        "set_password": ("reset", "imported"),
        "manage": ("register", "marie"),
        "done": ("register", "grace"),
        "any": ("unlock", "locked"),
    }

    def __init__(self, campus):
        self.campus, self.there, self.made, self.failed = campus, {}, 0, {}
        self.device = None

    def at(self, path):
        """A flow that takes the call of this path, or the nearest that could be had."""
        call = path.rstrip("/").split("/")[-1]
        call = "methods" if call in BELOW else call
        place = PLACES.get(call, "any")
        flow = self.there.get(place)
        if flow:
            flow.look()
        fits = flow and (call == "flow" or call in flow.shown.get("allowed", []))
        if not fits and self.failed.get(place, 0) < 20:
            try:
                self.there[place] = flow = self.make(place)
                self.made += 1
            except (RuntimeError, StopIteration):
                # The limits of an account are used up in the end; then its last flow does.
                self.failed[place] = self.failed.get(place, 0) + 1
        return flow

    def known(self):
        """The token of a workstation that is known to somebody."""
        if self.device is None:
            flow = self.make("done")
            revision = {"revision": flow.shown["revision"]}
            status, given = self.campus.call("POST", "/v1/flow/device", revision, flow.token)
            self.device = given["token"] if status == 201 else ""
        return self.device

    def make(self, place):
        intent, account = self.PEOPLE[place]
        flow = Flow(self.campus, intent, account)
        if place == "prove":
            known = next(known for known in self.campus.people[account]["methods"] if known["method"] == "text_mobile")
            flow.act("challenge", method="text_mobile", destination=known["destination"])
        if place in ("set_password", "manage", "done"):
            while flow.shown["step"] in ("choose_method", "prove"):
                flow.prove()
        if place == "done":
            flow.act("finish")
        return flow
