package githubtest

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Kind is a kind of fault.
type Kind string

const (
	Answer    Kind = "answer"    // answers with the status and does nothing
	Reset     Kind = "reset"     // closes the connection and does nothing
	Lost      Kind = "lost"      // carries out the request, but sends no response
	Cut       Kind = "cut"       // carries out the request, but sends only part of the response
	Hang      Kind = "hang"      // sends no response until the client disconnects
	Secondary Kind = "secondary" // 403 of a secondary rate limit, without headers
	Primary   Kind = "primary"   // 403 of the hourly rate limit
	Truncated Kind = "truncated" // omits the second half of a listing
	Other     Kind = "other"     // someone else commits first; then carries out the request
)

// Fault is a fault at one request.
type Fault struct {
	Kind       Kind
	Status     int
	RetryAfter int // seconds
	Do         func()
}

// goOff triggers the fault and reports whether the request is finished.
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
