package check

import (
	"fmt"

	"settler.io/crier/internal/incident"
	"settler.io/crier/internal/policy"
)

// Settle returns the command that settles an open deadline of an incident.
func Settle(d policy.Deadline, i incident.Incident) string {
	switch d.Rule {
	case policy.Publish:
		return "git push"
	case policy.Respond:
		return "crier ack " + i.ID
	case policy.Update:
		return fmt.Sprintf(`crier update %s %s -m "What is known now."`, i.ID, incident.Fold(i).State().Status)
	case policy.Resolve:
		return fmt.Sprintf(`crier resolve %s -m "What was fixed."`, i.ID)
	case policy.Escalate:
		return fmt.Sprintf("crier mark %s escalated=%s", i.ID, d.Party)
	case policy.Notify:
		return fmt.Sprintf("crier mark %s notified", i.ID)
	case policy.Action:
		return "edit " + d.Path
	}
	start := "crier postmortem " + i.ID
	switch {
	case d.Rule == policy.Meeting && i.Postmortem == nil:
		return fmt.Sprintf("%s && crier mark %s meeting", start, i.ID)
	case d.Rule == policy.Meeting:
		return fmt.Sprintf("crier mark %s meeting", i.ID)
	case i.Postmortem == nil:
		return start
	}
	return "edit " + i.Postmortem.Path
}
