"""Starts the AWS emulator in the foreground, mended where it differs from AWS in what the deploy test
looks at. Each mending asserts that the code it replaces is there, so that another version of the
emulator fails here and not in a test."""

import http_api
import invoke_policy
import key_policy
import ministack.app
import provider_secrets
import tables
import transport
import worker

for part in (worker, http_api, provider_secrets, tables, invoke_policy, key_policy, transport):
    part.mend()

ministack.app.main()
