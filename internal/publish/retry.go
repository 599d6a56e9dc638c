package publish

import (
	"time"

	"settler.io/crier/internal/incident"
)

// RetryLimit returns how long a run retries, depending on the worst severity that it publishes. For
// urgent severities it is as long as a person would keep trying.
func RetryLimit(worst incident.Severity) time.Duration {
	switch {
	case worst.Urgent():
		return 30 * time.Minute
	case worst != 0:
		return 15 * time.Minute
	}
	return 10 * time.Minute
}
