package githubtest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Kind is what goes wrong.
type Kind string

// The kinds of faults.
const (
	Answer    Kind = "answer"    // the status, and nothing is done
	Reset     Kind = "reset"     // the connection ends before anything is done
	Lost      Kind = "lost"      // all is done, but the answer does not arrive
	Cut       Kind = "cut"       // all is done, and the answer arrives in part
	Hang      Kind = "hang"      // no answer, until the client goes
	Secondary Kind = "secondary" // 403 of a secondary limit, without any header
	Primary   Kind = "primary"   // 403 of the hour's limit
	Truncated Kind = "truncated" // a listing without its second half
	Other     Kind = "other"     // somebody else commits first; then the request is done
)

// Fault is what goes wrong at one request.
type Fault struct {
	Kind       Kind
	Status     int
	RetryAfter int // seconds
	Do         func()
}

// goOff lets the fault happen, and reports whether that was all.
func (f Fault) goOff(s *Server, w http.ResponseWriter, r *http.Request, answer func() (int, any)) bool {
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	say := func(status int, value any) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(value)
	}
	switch f.Kind {
	case Answer:
		say(f.Status, message("Something went wrong"))
	case Reset:
		panic(http.ErrAbortHandler)
	case Lost:
		answer()
		panic(http.ErrAbortHandler)
	case Cut:
		status, value := answer()
		raw, _ := json.Marshal(value)
		w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
		w.WriteHeader(status)
		w.Write(raw[:len(raw)/2])
		panic(http.ErrAbortHandler)
	case Hang:
		<-r.Context().Done()
	case Secondary:
		say(http.StatusForbidden, message("You have exceeded a secondary rate limit. Please wait a few minutes before you try again."))
	case Primary:
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(s.Now().Unix()+30, 10))
		say(http.StatusForbidden, message("API rate limit exceeded"))
	case Truncated:
		status, value := answer()
		if listing, ok := value.(map[string]any); ok && r.URL.Query().Get("recursive") != "" {
			raw, _ := json.Marshal(listing["tree"])
			var list []any
			json.Unmarshal(raw, &list)
			listing["tree"], listing["truncated"] = list[:len(list)/2], true
		}
		say(status, value)
	case Other:
		f.Do()
		return false
	}
	return true
}
