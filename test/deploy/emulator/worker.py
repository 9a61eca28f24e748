"""Functions on Node: cookies of HTTP API events, and errors as Lambda reports them."""

import functools

from ministack.core import lambda_runtime
from ministack.services import lambda_svc
from patching import replace_once

# Payload format 2.0 has the cookies in a list of their own.
COOKIES = """const event = msg.event;
    if (event?.version === "2.0" && event.requestContext?.http && event.headers?.cookie && !event.cookies) {
      event.cookies = event.headers.cookie.split(/;\\s*/);
      delete event.headers.cookie;
      if (event.pathParameters === null) delete event.pathParameters;
    }"""

# A thrown error is an answer of the worker, which goes on: Lambda keeps the environment too.
REPORT = """_realStdoutWrite(JSON.stringify({ status: "ok", result: { __thrown__: {
        errorType: (X && X.name) || "Error",
        errorMessage: String((X && X.message) || X),
        trace: String((X && X.stack) || "").split("\\n"),
      } } }) + "\\n");"""


def mend() -> None:
    script = lambda_runtime._NODEJS_WORKER_SCRIPT
    script = replace_once(script, "const event = msg.event;", COOKIES)
    script = replace_once(
        script,
        """_realStdoutWrite(JSON.stringify({
            status: "error", error: String(err.message || err), trace: err.stack || ""
          }) + "\\n");""",
        REPORT.replace("X", "err"),
    )
    script = replace_once(
        script,
        """_realStdoutWrite(JSON.stringify({
        status: "error", error: e.message, trace: e.stack
      }) + "\\n");""",
        REPORT.replace("X", "e"),
    )
    lambda_runtime._NODEJS_WORKER_SCRIPT = script
    lambda_svc._execute_function_warm = _reporting(lambda_svc._execute_function_warm)


def _reporting(execute):
    @functools.wraps(execute)
    def execute_and_report(function, event, request_id):
        result = execute(function, event, request_id)
        body = result.get("body")
        if not result.get("error") and isinstance(body, dict) and set(body) == {"__thrown__"}:
            return {**result, "body": body["__thrown__"], "error": True}
        return result

    return execute_and_report
