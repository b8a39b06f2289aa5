"""Calls of the official SDK that start jobs, each followed to its end: run by `cph simulator --`, as show_job.py."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import huaweicloudsdkcph.v1 as sdk
from huaweicloudsdkcore.auth.credentials import BasicCredentials

CREDENTIALS = BasicCredentials(os.environ["CPH_ACCESS_KEY"], os.environ["CPH_SECRET_KEY"], os.environ["CPH_PROJECT_ID"])
CLIENT = sdk.CphClient.new_builder().with_credentials(CREDENTIALS).with_endpoint(os.environ["CPH_ENDPOINT"]).build()

PHONES = ["phone-1", "sim-fail-2"]
SERVERS = ["server-1", "sim-fail-2"]
COMMAND = {"phone_ids": PHONES, "content": "x"}
# The SDK's method, and what its body holds.
CALLS = [
    ("restart_cloud_phone", {"phones": [sdk.PhoneProperty(phone_id=phone) for phone in PHONES]}),
    ("reset_cloud_phone", {"phones": [sdk.ResetPhoneProperty(phone_id=phone) for phone in PHONES]}),
    ("stop_cloud_phone", {"phone_ids": PHONES}),
    ("update_cloud_phone_property", {"phones": [sdk.PropertyToUpdate(phone_id=phone, _property="{}") for phone in PHONES]}),
    ("expand_phone_data_volume_size", {"phones": [sdk.PhoneDataVolumeSize(phone_id=phone, new_size=9) for phone in PHONES]}),
    ("import_traffic", {"phone_ids": PHONES, "traffic_type": "route"}),
    ("batch_export_cloud_phone_data", {"storage_infos": [sdk.StorageInfo(phone_id=phone) for phone in PHONES]}),
    ("batch_import_cloud_phone_data", {"restore_infos": [sdk.RestoreInfo(phone_id=phone) for phone in PHONES]}),
    ("run_shell_command", {"command": "shell", **COMMAND}),
    ("install_apk", {"command": "install", **COMMAND}),
    ("uninstall_apk", {"command": "uninstall", **COMMAND}),
    ("push_file", {"command": "push", **COMMAND}),
    ("run_sync_command", {"command": "shell", **COMMAND}),
    ("push_share_files", {"server_ids": SERVERS, "bucket_name": "b", "object_path": "o"}),
    ("delete_share_files", {"server_ids": SERVERS, "file_paths": ["f"]}),
    ("push_share_apps", {"server_ids": SERVERS, "package_name": "p", "bucket_name": "b", "object_path": "o"}),
    ("delete_share_apps", {"server_ids": SERVERS, "package_name": "p"}),
    ("restart_cloud_phone_server", {"server_ids": SERVERS}),
    ("update_keypair", {"servers": [sdk.ServerKeypair(server_id=server, keypair_name="k") for server in SERVERS]}),
    ("restart_encode_server", {"encode_server_ids": SERVERS}),
    ("attach_share_filesystem", {"server_ids": SERVERS, "type": "t", "id": "i", "path": "p"}),
    ("detach_share_filesystem", {"server_ids": SERVERS, "type": "t", "id": "i"}),
]


def camel(name):
    return "".join(word.capitalize() for word in name.split("_"))


def start(name, body=None, **parameters):
    """The SDK's answer as a script prints it."""
    if body is not None:
        parameters["body"] = getattr(sdk, f"{camel(name)}RequestBody")(**body)
    return str(getattr(CLIENT, name)(getattr(sdk, f"{camel(name)}Request")(**parameters)))


def wait(answer):
    run = subprocess.run(
        ["cph", "job", "wait", "--field", "status", "-"], input=answer, capture_output=True, text=True
    )
    return run.returncode, run.stdout.split(), run.stderr


def followed(name, answer, exit_code, statuses):
    assert len(json.loads(answer).get("jobs", [1])) == len(statuses), answer
    assert wait(answer)[:2] == (exit_code, statuses), (name, answer, wait(answer))


def a_call_and_the_end_of_its_jobs(call):
    name, body = call
    followed(name, start(name, body), 1, ["success", "failure"])


def every_call_of_the_sdk_that_starts_jobs_is_tried():
    answers = [name for name in dir(sdk) if name.endswith("Response")]
    with_jobs = {name for name in answers if {"jobs", "job_id"} & set(getattr(sdk, name).openapi_types)}
    starting = with_jobs - {"ShowJobResponse", "ListJobsResponse"}
    tried = [name for name, _ in CALLS] + ["list_share_files", "change_cloud_phone_server", "delete_cloud_phone_server"]
    assert starting == {f"{camel(name)}Response" for name in tried}, starting


def the_files_of_servers():
    followed("list_share_files", start("list_share_files", server_ids="a,b", path="/"), 0, ["success", "success"])


def one_job_for_a_whole_call():
    followed("change_cloud_phone_server", start("change_cloud_phone_server", {}, server_id="server-1"), 0, ["success"])
    followed("delete_cloud_phone_server", start("delete_cloud_phone_server", {"server_ids": ["sim-fail"]}), 1, ["failure"])


def a_synchronous_command_answers_with_its_output():
    first, second = json.loads(start("run_sync_command", {"command": "shell", **COMMAND}))["jobs"]
    assert (first["status"], first["execute_msg"]) == (2, "ok"), first
    assert (second["status"], second["error_code"]) == (-1, "CPS.0191"), second


# Each call's jobs run for 5 s: all calls at once.
with ThreadPoolExecutor(max_workers=len(CALLS)) as pool:
    list(pool.map(a_call_and_the_end_of_its_jobs, CALLS))
print(f"ok: {len(CALLS)} calls that start jobs, and the end of their jobs")
for check in [
    every_call_of_the_sdk_that_starts_jobs_is_tried,
    the_files_of_servers,
    one_job_for_a_whole_call,
    a_synchronous_command_answers_with_its_output,
]:
    check()
    print("ok:", check.__name__.replace("_", " "))
