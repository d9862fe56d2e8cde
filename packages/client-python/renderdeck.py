"""A client of Renderdeck, the control desk of a nexrender farm.

One file for Python 3.9 and newer that needs only the standard library. Copy it into your program.

    from renderdeck import Client

    desk = Client("http://127.0.0.1:4000", token)
    job = desk.submit({"template": {"src": "file:///C:/intro.aep", "composition": "main"}})
    job = desk.wait(job["id"])

What the API refuses is an exception of its own for each code, such as `JobNotFound`. Reads are
repeated while the API does not answer. A submission has an idempotency key, so it is repeated too
and queues one job.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Dict, Iterator, List, Literal, Mapping, NamedTuple, Optional, Sequence
from typing import Type, TypedDict

Status = Literal["QUEUED", "RENDERING", "CANCELLING", "CANCELLED", "COMPLETED", "FAILED"]
Output = Literal["none", "maybe", "published"]


class Process(TypedDict):
    """A process of a render, and the signal after which it ended."""

    pid: int
    name: str
    parentPid: int
    startedAt: Optional[str]
    endedBy: Optional[str]
    endedAt: Optional[str]


class _TracedReceipt(TypedDict, total=False):
    """Only a stop that was traced has this."""

    traceId: str


class CancelReceipt(_TracedReceipt):
    """What is known of a stop. Times are ISO 8601 in UTC, or milliseconds."""

    number: int
    outcome: Literal["cancelled", "cancelling", "finishedFirst", "unconfirmed", "declared"]
    output: Output
    warnings: List[str]
    requestedBy: str
    requestedAt: str
    channel: str
    reason: Optional[str]
    attempt: Optional[int]
    host: Optional[str]
    deliveredAt: Optional[str]
    deliveredWithProof: bool
    processes: List[Process]
    proof: Optional[Literal["noProcess", "kernel", "forkFree", "repeated", "rebooted"]]
    survivors: List[Dict[str, Any]]
    files: Dict[str, Any]
    firstSignalAt: Optional[str]
    deadAt: Optional[str]
    timeToDeadMs: Optional[float]
    timeToCleanMs: Optional[float]
    askToProofMs: Optional[float]
    openAttempts: List[Dict[str, Any]]
    declared: List[Dict[str, Any]]
    awaitedHosts: List[Dict[str, Any]]
    confirmedAt: Optional[str]


class _NewerJob(TypedDict, total=False):
    """Fields that a server of an older version does not send."""

    drainedHosts: Optional[List[str]]
    estimate: Optional[Dict[str, Any]]
    transfer: Optional[Dict[str, Any]]


class Job(_NewerJob):
    """A job as the API shows it."""

    id: str
    name: str
    template: Optional[str]
    status: Status
    priority: int
    tags: List[str]
    position: Optional[int]
    noHostOffers: Optional[List[str]]
    version: int
    progress: float
    timeLeftMs: Optional[int]
    phase: Optional[str]
    attempt: Optional[int]
    host: Optional[str]
    submittedBy: str
    createdAt: str
    startedAt: Optional[str]
    endedAt: Optional[str]
    failure: Optional[str]
    output: Output
    receipt: Optional[CancelReceipt]
    rerunOf: Optional[str]
    rerunBy: List[str]
    openAttempts: List[Dict[str, Any]]
    warnings: List[str]


class LogChunk(TypedDict):
    """Lines of the log of an attempt."""

    attempt: int
    seq: int
    at: str
    stream: Literal["nexrender", "aerender"]
    lines: List[str]


class Stop(NamedTuple):
    """The answer to a cancel."""

    proven: bool
    """True only if it is proven that no process of the job runs."""
    message: str
    receipt: CancelReceipt


class RenderdeckError(Exception):
    """Why a call has no result."""

    idempotency_key: Optional[str] = None
    """The key of a submission that may be done: submit again with it, and one job is queued."""


class Unreachable(RenderdeckError):
    """No answer came. A change that was asked for may have been made."""


class NotRenderdeck(RenderdeckError):
    """Another program answered in place of the API, for example a proxy."""

    def __init__(self, status: int, url: str) -> None:
        super().__init__(f"The answer {status} of {url} is not from Renderdeck.")
        self.status = status


class ApiError(RenderdeckError):
    """The API refused. `code` never changes its meaning; `detail` is a sentence for people."""

    code = ""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        self.status = int(problem.get("status", 0))
        self.facts: Mapping[str, Any] = problem
        self.request_id: Optional[str] = problem.get("requestId")
        super().__init__(_visible(f"{self.code}: {self.detail}"))


class InvalidInput(ApiError):
    code = "invalid_input"


class InvalidJson(ApiError):
    code = "invalid_json"


class InvalidRequest(ApiError):
    code = "invalid_request"


class JobRefused(ApiError):
    code = "job_refused"


class AddressRefused(ApiError):
    code = "address_refused"


class Unauthenticated(ApiError):
    code = "unauthenticated"


class WrongCredentials(ApiError):
    code = "wrong_credentials"


class WrongPassword(ApiError):
    code = "wrong_password"


class Forbidden(ApiError):
    code = "forbidden"


class PriorityTooHigh(ApiError):
    code = "priority_too_high"


class NotYourJob(ApiError):
    code = "not_your_job"


class OutputLinkOver(ApiError):
    code = "output_link_over"


class CrossSite(ApiError):
    code = "cross_site"


class JobNotFound(ApiError):
    code = "job_not_found"


class AttemptNotFound(ApiError):
    code = "attempt_not_found"


class PictureNotFound(ApiError):
    code = "picture_not_found"


class OutputNotFound(ApiError):
    code = "output_not_found"


class OutputNotHere(ApiError):
    code = "output_not_here"


class LogDeleted(ApiError):
    code = "log_deleted"


class ReceiptNotFound(ApiError):
    code = "receipt_not_found"


class HostNotFound(ApiError):
    code = "host_not_found"


class InvitationNotFound(ApiError):
    code = "invitation_not_found"


class HostLoginNotFound(ApiError):
    code = "host_login_not_found"


class NotFound(ApiError):
    code = "not_found"


class MethodNotAllowed(ApiError):
    code = "method_not_allowed"


class RequestTimeout(ApiError):
    code = "request_timeout"


class JobAlreadyEnded(ApiError):
    code = "job_already_ended"


class JobNotQueued(ApiError):
    code = "job_not_queued"


class StaleVersion(ApiError):
    code = "stale_version"


class IdempotencyKeyReused(ApiError):
    code = "idempotency_key_reused"


class UidTaken(ApiError):
    code = "uid_taken"


class SecretsDeleted(ApiError):
    code = "secrets_deleted"


class HostNotHeard(ApiError):
    code = "host_not_heard"


class HostHeard(ApiError):
    code = "host_heard"


class HostHoldsJobs(ApiError):
    code = "host_holds_jobs"


class InvitationOver(ApiError):
    code = "invitation_over"


class InvitedOther(ApiError):
    code = "invited_other"


class HostHasLogin(ApiError):
    code = "host_has_login"


class LoginsNotAllowed(ApiError):
    code = "logins_not_allowed"


class HostDatabaseUnknown(ApiError):
    code = "host_database_unknown"


class NameTaken(ApiError):
    code = "name_taken"


class LastAdmin(ApiError):
    code = "last_admin"


class WebhookDisabled(ApiError):
    code = "webhook_disabled"


class TooManyWebhooks(ApiError):
    code = "too_many_webhooks"


class BodyTooLarge(ApiError):
    code = "body_too_large"


class UrlTooLong(ApiError):
    code = "url_too_long"


class UnsupportedMediaType(ApiError):
    code = "unsupported_media_type"


class RangeNotSatisfiable(ApiError):
    code = "range_not_satisfiable"


class TooManyRequests(ApiError):
    code = "too_many_requests"


class HeadersTooLarge(ApiError):
    code = "headers_too_large"


class Internal(ApiError):
    code = "internal"


class Unavailable(ApiError):
    code = "unavailable"


class OutcomeUnknown(ApiError):
    code = "outcome_unknown"


ERRORS: Dict[str, Type[ApiError]] = {one.code: one for one in ApiError.__subclasses__()}
"""The exception for each code. A code that this file does not know is an `ApiError`."""

_PASSING = (Unreachable, Unavailable, TooManyRequests, Internal, OutcomeUnknown)
"""Failures that a later try may not get."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect, because that would send the token to another address."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Client:
    """Calls the API at `url` with the secret of an API token.

    `timeout`: seconds after which an answer counts as lost. `retry_for`: seconds for which a call
    that may be repeated is repeated while the API does not answer. `context`: for https with an
    authority of your own.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = 30.0,
        retry_for: float = 60.0,
        context: Optional[ssl.SSLContext] = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.retry_for = retry_for
        self._token = token
        self._opener = urllib.request.build_opener(
            _NoRedirect(), urllib.request.HTTPSHandler(context=context)
        )

    def submit(
        self,
        job: Mapping[str, Any],
        *,
        name: Optional[str] = None,
        priority: Optional[int] = None,
        limits: Optional[Mapping[str, int]] = None,
        secrets: Optional[Sequence[str]] = None,
        callback: Optional[Mapping[str, str]] = None,
        rerun_of: Optional[str] = None,
        idempotency_key: Optional[str] = None,
    ) -> Job:
        """Queues a nexrender job once, also when an answer is lost on the way."""
        body = {
            "job": job,
            "name": name,
            "priority": priority,
            "limits": limits,
            "secrets": secrets,
            "callback": callback,
            "rerunOf": rerun_of,
        }
        return self._queue("/jobs", body, idempotency_key)

    def resubmit(
        self,
        job_id: str,
        *,
        name: Optional[str] = None,
        priority: Optional[int] = None,
        idempotency_key: Optional[str] = None,
    ) -> Job:
        """Queues the same order as a new job once, also when an answer is lost on the way."""
        body = {"name": name, "priority": priority}
        return self._queue(f"{_path(job_id)}/resubmit", body, idempotency_key)

    def get(self, job_id: str) -> Job:
        """Reads a job."""
        job: Job = self.call("GET", _path(job_id))["job"]
        return job

    def list_jobs(self, **filters: Any) -> Iterator[Job]:
        """Reads the jobs that fit all filters of `GET /api/jobs`, page after page."""
        cursor: Optional[str] = None
        while True:
            query = {**filters, "cursor": cursor}
            page = self.call("GET", f"/jobs?{_query(query)}")
            yield from page["jobs"]
            cursor = page["nextCursor"]
            if cursor is None:
                return

    def set_priority(
        self, job_id: str, priority: int, *, expected_version: Optional[int] = None
    ) -> Job:
        """Sets the priority of a queued job. Larger runs first."""
        body = _given({"priority": priority, "expectedVersion": expected_version})
        job: Job = self.call("PATCH", f"{_path(job_id)}/priority", body)["job"]
        return job

    def cancel(
        self, job_id: str, reason: Optional[str] = None, *, timeout: float = 60.0
    ) -> Stop:
        """Stops a job and waits for the proof. Look at `proven` of the answer.

        After `timeout` seconds it gives the receipt as it is. Asked again, the API answers with the
        same receipt and what is known by then, so the call is repeated when an answer is lost.
        """
        deadline = time.monotonic() + timeout
        while True:
            left = max(0.0, deadline - time.monotonic())
            wait_ms = int(1000 * min(left, self.timeout / 2))
            query = _query({"reason": reason, "waitMs": wait_ms})
            answer = self.call("DELETE", f"{_path(job_id)}?{query}", repeatable=True)
            proven = answer["_status"] == 200
            if proven or time.monotonic() >= deadline:
                return Stop(proven, answer["message"], answer["receipt"])

    def wait(self, job_id: str, *, timeout: Optional[float] = None) -> Job:
        """Waits until the job has ended. After `timeout` seconds it gives the job as it is."""
        job: Optional[Job] = None
        for job in self.follow(job_id, timeout=timeout):
            pass
        return job if job is not None else self.get(job_id)

    def follow(self, job_id: str, *, timeout: Optional[float] = None) -> Iterator[Job]:
        """Gives the job now and whenever it has changed, until it has ended."""
        deadline = None if timeout is None else time.monotonic() + timeout
        seen: Optional[Job] = None
        failing: Optional[float] = None
        pause = 0.25
        while True:
            try:
                job: Job = self._once("GET", _path(job_id))["job"]
                failing = None
                if job != seen:
                    seen, pause = job, 0.25
                    yield job
                if job["endedAt"] is not None:
                    return
            except _PASSING:
                failing = failing or time.monotonic()
                if time.monotonic() - failing > self.retry_for:
                    raise
            left = pause if deadline is None else deadline - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(pause, left))
            pause = min(pause * 1.5, 5.0)

    def follow_log(self, job_id: str) -> Iterator[LogChunk]:
        """Gives the log of the newest attempt and of each next one, until the job has ended.

        Waits for the first attempt. After a lost connection it goes on where it was.
        """
        shown = 0
        while True:
            number: Optional[int] = None
            for job in self.follow(job_id):
                newest = job["attempt"] or 0
                if newest > shown:
                    number = shown + 1 if shown > 0 else newest
                    break
            if number is None:
                return
            yield from self.follow_attempt_log(job_id, number)
            shown = number

    def follow_attempt_log(self, job_id: str, attempt: int) -> Iterator[LogChunk]:
        """Gives the log of one attempt from its first line until the attempt is over."""
        last_id: Optional[str] = None
        failing: Optional[float] = None
        while True:
            try:
                for event_id, event, data in self._events(job_id, attempt, last_id):
                    failing = None
                    if event == "end":
                        return
                    if event == "problem":
                        raise ERRORS.get(data["code"], ApiError)(data)
                    last_id = event_id
                    chunk: LogChunk = data
                    yield chunk
            except _PASSING:
                failing = failing or time.monotonic()
                if time.monotonic() - failing > self.retry_for:
                    raise
            time.sleep(0.5)

    def call(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        *,
        idempotency_key: Optional[str] = None,
        repeatable: bool = False,
    ) -> Dict[str, Any]:
        """Calls any route below /api, and gives its JSON with the HTTP status as `_status`.

        Reads, calls with an idempotency key and `repeatable` ones are repeated while no answer
        comes. Other calls are made once.
        """
        may_repeat = repeatable or method == "GET" or idempotency_key is not None
        deadline = time.monotonic() + self.retry_for
        pause = 0.5
        while True:
            try:
                return self._once(method, path, body, idempotency_key)
            except _PASSING as error:
                error.idempotency_key = idempotency_key
                if not may_repeat or time.monotonic() >= deadline:
                    raise
                pause = _pause_of(error) or min(pause * 2, 5.0)
            time.sleep(pause)

    def _once(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        key: Optional[str] = None,
    ) -> Dict[str, Any]:
        headers = {} if key is None else {"Idempotency-Key": key}
        try:
            with self._open(method, path, body, headers) as answer:
                text = answer.read()
                status = answer.status
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"No answer from {self.url}: {error}") from error
        try:
            return {**(json.loads(text) if text else {}), "_status": status}
        except (TypeError, ValueError) as error:
            raise NotRenderdeck(status, self.url) from error

    def _open(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]],
        headers: Mapping[str, str],
    ) -> http.client.HTTPResponse:
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api{path}", data=sent, method=method)
        request.add_header("Authorization", f"Bearer {self._token}")
        if sent is not None:
            request.add_header("Content-Type", "application/json")
        for name, value in headers.items():
            request.add_header(name, value)
        try:
            answer: http.client.HTTPResponse = self._opener.open(request, timeout=self.timeout)
            return answer
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(error) from None

    def _refusal(self, error: urllib.error.HTTPError) -> RenderdeckError:
        if error.headers.get_content_type() == "application/problem+json":
            problem = json.loads(error.read())
            return ERRORS.get(problem.get("code"), ApiError)(problem)
        if error.code in (502, 503, 504):
            return Unreachable(f"A proxy at {self.url} answered {error.code}.")
        return NotRenderdeck(error.code, self.url)

    def _events(self, job_id: str, attempt: int, last_id: Optional[str]) -> Iterator[Any]:
        """The server-sent events of a log: id, name, and data."""
        headers = {"Accept": "text/event-stream"}
        if last_id is not None:
            headers["Last-Event-ID"] = last_id
        path = f"{_path(job_id)}/attempts/{attempt}/log"
        try:
            with self._open("GET", path, None, headers) as answer:
                fields: Dict[str, str] = {}
                for raw in answer:
                    line = raw.decode().rstrip("\r\n")
                    name, _, value = line.partition(":")
                    fields[name] = value[1:] if value.startswith(" ") else value
                    if line == "" and "data" in fields:
                        yield fields.get("id"), fields.get("event"), json.loads(fields["data"])
                    if line == "":
                        fields = {}
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"No answer from {self.url}: {error}") from error

    def _queue(self, path: str, body: Mapping[str, Any], key: Optional[str]) -> Job:
        key = key or str(uuid.uuid4())
        job: Job = self.call("POST", path, _given(body), idempotency_key=key)["job"]
        return job


def _visible(text: str) -> str:
    """The text with what a terminal would obey written out: a name may hold such characters."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def _path(job_id: str) -> str:
    return f"/jobs/{urllib.parse.quote(job_id, safe='')}"


def _given(fields: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _query(fields: Mapping[str, Any]) -> str:
    texts = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in _given(fields).items()
    }
    return urllib.parse.urlencode(texts)


def _pause_of(error: RenderdeckError) -> Optional[float]:
    seconds = error.facts.get("retryAfterSeconds") if isinstance(error, ApiError) else None
    return float(seconds) if isinstance(seconds, (int, float)) else None
