"""Asks for one job with Huawei Cloud's Python SDK: what `cph job show JOB` does, for compare.sh."""

import os
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcph.v1 import CphClient, ShowJobRequest

config = HttpConfig.get_default_config()
config.ssl_ca_cert = os.environ["SSL_CERT_FILE"]
keys = BasicCredentials(os.environ["CPH_ACCESS_KEY"], os.environ["CPH_SECRET_KEY"], os.environ["CPH_PROJECT_ID"])
builder = CphClient.new_builder().with_http_config(config).with_credentials(keys)
client = builder.with_endpoints([os.environ["CPH_ENDPOINT"]]).build()
job = client.show_job(ShowJobRequest(job_id=sys.argv[1]))
print(job)
sys.exit(0 if job.status == 2 else 1)
