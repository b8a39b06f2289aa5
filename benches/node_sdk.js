// Asks for one job with the core of Huawei Cloud's Node.js SDK: what `cph job show JOB` does, for compare.sh.
'use strict';

const { BasicCredentials } = require('@huaweicloud/huaweicloud-sdk-core');
const { ClientBuilder } = require('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');

const { CPH_ACCESS_KEY: ak, CPH_SECRET_KEY: sk, CPH_PROJECT_ID: projectId, CPH_ENDPOINT: endpoint } = process.env;
const keys = new BasicCredentials().withAk(ak).withSk(sk).withProjectId(projectId);
const client = new ClientBuilder((core) => core).withCredential(keys).withEndpoint(endpoint).build();
const request = {
  method: 'GET',
  url: '/v1/{project_id}/cloud-phone/jobs/{job_id}',
  contentType: 'application/json',
  queryParams: {},
  pathParams: { project_id: projectId, job_id: process.argv[2] },
  headers: {},
};
client.sendRequest(request).then((job) => {
  console.log(job);
  process.exitCode = job.status === 2 ? 0 : 1;
});
