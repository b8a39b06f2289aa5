"""The official SDK as a client of the simulator: run by `cph simulator --`, whose settings it takes."""

import json
import os
import subprocess
import urllib.error
import urllib.request

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkcph.v1 import CphClient, ShowJobRequest

ENDPOINT = os.environ["CPH_ENDPOINT"]
PROJECT = os.environ["CPH_PROJECT_ID"]
ACCESS_KEY = os.environ["CPH_ACCESS_KEY"]
SECRET_KEY = os.environ["CPH_SECRET_KEY"]

# The example of the service's documentation.
DOCUMENTED = {
    "request_id": "2676a3b4f7df49c297c6775989806d32",
    "phone_id": "9b28fbe50ded4060b8149a47e55dba82",
    "job_id": "6837531fd3f54550927b930180a706bf",
    "begin_time": "2019-04-26T07:00:00Z",
    "end_time": "2019-04-26T07:00:06Z",
    "status": 2,
}


def client(credentials):
    return CphClient.new_builder().with_credentials(credentials).with_endpoint(ENDPOINT).build()


def keys(secret_key=SECRET_KEY):
    return BasicCredentials(ACCESS_KEY, secret_key, PROJECT)


def fields(answer):
    """What the SDK's model holds; null and absent are one there."""
    return {name: value for name, value in answer.to_dict().items() if value is not None}


def show(client, job_id):
    return fields(client.show_job(ShowJobRequest(job_id=job_id)))


def refused(ask):
    try:
        ask()
    except ClientRequestException as refusal:
        assert refusal.status_code == 401, refusal
        assert refusal.error_code == "APIGW.0301", refusal
        assert refusal.request_id, refusal
        return
    raise AssertionError("it was let in")


def http(method, url, headers):
    with urllib.request.urlopen(urllib.request.Request(url, method=method, headers=headers)) as answer:
        return answer.read().decode()


def a_good_key_is_let_in_and_every_field_arrives():
    answer = show(client(keys()), DOCUMENTED["job_id"])
    assert answer == DOCUMENTED, answer


def the_sdk_and_cph_read_the_same():
    for job_id in ["sim-ok", "sim-fail", "sim-running", "sim-cjk", "sim-escape", DOCUMENTED["job_id"]]:
        ours = json.loads(subprocess.run(["cph", "job", "show", "-o", "json", job_id], capture_output=True).stdout)
        ours = {**ours["jobs"][0], "status": ours["jobs"][0]["status_code"]}
        theirs = show(client(keys()), job_id)
        differing = {name: (theirs[name], ours[name]) for name in theirs if theirs[name] != ours[name]}
        assert not differing, (job_id, differing)


def a_wrong_secret_is_refused():
    refused(lambda: show(client(keys(SECRET_KEY[:-1])), "sim-ok"))


def a_request_without_any_proof_is_refused():
    try:
        http("GET", f"{ENDPOINT}/v1/{PROJECT}/cloud-phone/jobs/sim-ok", {})
    except urllib.error.HTTPError as refusal:
        assert refusal.code == 401, refusal
        assert json.load(refusal)["error_code"] == "APIGW.0301"
        return
    raise AssertionError("it was let in")


def the_agencys_keys_are_let_in_with_their_token_only():
    metadata = os.environ["CPH_METADATA_ENDPOINT"]
    token = http("PUT", f"{metadata}/meta-data/latest/api/token", {"X-Metadata-Token-Ttl-Seconds": "60"})
    given = http("GET", f"{metadata}/openstack/latest/securitykey", {"X-Metadata-Token": token})
    given = json.loads(given)["credential"]
    credentials = BasicCredentials(given["access"], given["secret"], PROJECT)
    refused(lambda: show(client(credentials), "sim-ok"))
    credentials.with_security_token(given["securitytoken"])
    assert show(client(credentials), "sim-ok")["status"] == 2


def the_project_is_found_by_the_regions_name():
    region = os.environ["CPH_REGION"]
    credentials = BasicCredentials(ACCESS_KEY, SECRET_KEY).with_iam_endpoint(os.environ["CPH_IAM_ENDPOINT"])
    builder = CphClient.new_builder().with_credentials(credentials).with_region(Region(region, ENDPOINT))
    assert show(builder.build(), DOCUMENTED["job_id"]) == DOCUMENTED


CHECKS = [
    a_good_key_is_let_in_and_every_field_arrives,
    the_sdk_and_cph_read_the_same,
    a_wrong_secret_is_refused,
    a_request_without_any_proof_is_refused,
    the_agencys_keys_are_let_in_with_their_token_only,
    the_project_is_found_by_the_regions_name,
]
for check in CHECKS:
    check()
    print("ok:", check.__name__.replace("_", " "))
