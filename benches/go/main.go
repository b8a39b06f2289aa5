// Asks for one job with nothing but Go's standard library: what `cph job show JOB` does, for compare.sh.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

type job struct {
	ID     string `json:"job_id"`
	Status int    `json:"status"`
	Begin  string `json:"begin_time"`
	End    string `json:"end_time"`
	Error  string `json:"error_code"`
}

func main() {
	url := fmt.Sprintf("%s/v1/%s/cloud-phone/jobs/%s", os.Getenv("CPH_ENDPOINT"), os.Getenv("CPH_PROJECT_ID"), os.Args[1])
	job, err := show(url)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(6)
	}
	fmt.Printf("%+v\n", job)
	if job.Status != 2 {
		os.Exit(1)
	}
}

func show(url string) (job, error) {
	var answer job
	request, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return answer, err
	}
	request.Header.Set("X-Auth-Token", "token")
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return answer, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("%s", response.Status)
	}
	return answer, json.NewDecoder(response.Body).Decode(&answer)
}
