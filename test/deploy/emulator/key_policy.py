"""IAM: `aws:PrincipalArn` of a role's session is the role's ARN, and not the session's."""

from ministack.core import iam_evaluator


def mend() -> None:
    resolve = iam_evaluator._resolve_condition_key

    def resolve_principal(key, ctx):
        value = resolve(key, ctx)
        if key.lower() != "aws:principalarn" or ":assumed-role/" not in value:
            return value
        account, role = ctx.principal_account, value.split("/")[1]
        return f"arn:aws:iam::{account}:role/{role}"

    iam_evaluator._resolve_condition_key = resolve_principal
