"""IAM: requests count as made over TLS, which the emulator does not speak: the queues' policies refuse others."""

from ministack.core import iam_evaluator


def mend() -> None:
    resolve = iam_evaluator._resolve_condition_key

    def resolve_over_tls(key, context):
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    iam_evaluator._resolve_condition_key = resolve_over_tls
