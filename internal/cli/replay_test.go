package cli

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"settler.io/crier/internal/testsite/testenv"
)

const jenkins = "../source/importer/cstate/testdata/jenkins"

// commit is a line of commits.tsv: a change to a file of the old repository.
type commit struct {
	at     int64 // Unix time
	change string
	path   string
}

func commits(t *testing.T) []commit {
	t.Helper()
	file, err := os.Open(jenkins + "/commits.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []commit
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		if at, err := strconv.ParseInt(fields[0], 10, 64); err == nil {
			all = append(all, commit{at, fields[1], fields[2]})
		}
	}
	return all
}

// importedAt returns the folder of the incident that was imported from the file old, or "" if there
// is none.
func importedAt(site string, old string) string {
	id := strings.TrimSuffix(path.Base(old), ".md")
	found, _ := filepath.Glob(filepath.Join(site, "content/incidents/*", strings.ToLower(id)))
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// replay creates a git history for an imported site and returns a shallow clone of it. Each
// incident is added by the commit that added its old file, and later updates by the commits that
// changed that file. Files whose first commit is not in the list are added by a commit that the
// shallow clone does not include. Maintenance, pages and configuration come last.
func replay(t *testing.T, site string) string {
	t.Helper()
	repository := testenv.Repository(t)
	var stream bytes.Buffer
	begin := func(at int64) {
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter Operator <operator@example.com> %d +0000\ndata 0\n", at)
	}
	written := map[string]bool{}
	write := func(name string) {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		relative, _ := filepath.Rel(site, name)
		fmt.Fprintf(&stream, "M 644 inline %s\ndata %d\n%s\n", filepath.ToSlash(relative), len(raw), raw)
		written[name] = true
	}
	updates := func(folder string) []string {
		names, _ := filepath.Glob(folder + "/*.md")
		slices.Sort(names)
		return names
	}
	all := commits(t)
	added := map[string]bool{}
	for _, c := range all {
		if c.change == "A" {
			added[c.path] = true
		}
	}
	begin(all[0].at - 2) // not in the shallow clone
	begin(all[0].at - 1)
	issues, _ := fs.Glob(os.DirFS(jenkins), "content/issues/*.md")
	for _, issue := range issues {
		if folder := importedAt(site, issue); folder != "" && !added[issue] {
			for _, name := range updates(folder) {
				write(name)
			}
		}
	}
	count := 2
	for _, c := range all {
		folder := importedAt(site, c.path)
		if folder == "" || !added[c.path] || c.change == "D" {
			continue
		}
		begin(c.at)
		count++
		for n, name := range updates(folder) {
			if !written[name] && (n == 0 && c.change == "A" || n > 0 && written[updates(folder)[0]] && dated(t, name) <= c.at) {
				write(name)
			}
		}
	}
	begin(all[len(all)-1].at + 1)
	count++
	filepath.WalkDir(site, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !written[name] {
			write(name)
		}
		return err
	})
	importing := testenv.GitCommand(t, repository, "fast-import", "--quiet")
	importing.Stdin = &stream
	if out, err := importing.CombinedOutput(); err != nil {
		t.Fatalf("git fast-import: %v\n%s", err, out)
	}
	clone := filepath.Join(t.TempDir(), "clone")
	testenv.Git(t, repository, "clone", "-q", "--depth", strconv.Itoa(count-1), "file://"+repository, clone)
	return clone
}

// dated reads the date of an update without Crier's parser.
func dated(t *testing.T, name string) int64 {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "\ndate: ")
	line, _, _ := strings.Cut(rest, "\n")
	at, err := time.Parse(time.RFC3339, line)
	if err != nil {
		t.Fatal(name, err)
	}
	return at.Unix()
}

// listed returns the ids that a document lists below a heading in bold, which says how many they
// are.
func listed(t *testing.T, file, heading string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(raw), "\n**"+heading)
	title, rest, _ := strings.Cut(rest, "\n\n")
	list, _, _ := strings.Cut(rest, ".\n\n")
	ids := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
	if !strings.Contains(title, fmt.Sprintf("(%d incidents)", len(ids))) || len(ids) == 0 {
		t.Fatalf("%s lists %d incidents below %q", file, len(ids), title)
	}
	return ids
}

// TestReportOfARealHistory replays the commits of a real site and compares the report with an
// independent calculation.
func TestReportOfARealHistory(t *testing.T) {
	testenv.SkipRace(t)
	testenv.Need(t, "git")
	imported := t.TempDir()
	run := func(args ...string) (string, string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if status := Main(System{Args: args, Stdout: &stdout, Stderr: &stderr, Dir: ".", Now: time.Now}); status != exitFine {
			t.Fatalf("%v: status %d\n%s", args, status, stderr.String())
		}
		return stdout.String(), stderr.String()
	}
	run("import", "cstate", jenkins, "--site", imported)
	site := replay(t, imported)

	out, _ := run("report", "--site", site, "--since", "2018-01-01", "--format", "json")
	var got struct {
		Severities []struct {
			Severity  string
			Incidents int
			Public    struct {
				Within, Judged, Unverified int
				Share                      float64
				Median                     int64 `json:"median_seconds"`
				P90                        int64 `json:"p90_seconds"`
				Worst                      int64 `json:"worst_seconds"`
				Late                       int64 `json:"late_seconds"`
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}

	const tolerance = 300
	first := map[string]int64{}
	for _, c := range commits(t) {
		if _, ok := first[c.path]; !ok && c.change == "A" {
			first[c.path] = c.at
		}
	}
	incidents, unverified := 0, 0
	var times, late []int64
	issues, err := fs.Glob(os.DirFS(jenkins), "content/issues/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, issue := range issues {
		raw, _ := os.ReadFile(filepath.Join(jenkins, issue))
		folder := importedAt(imported, issue)
		if !strings.Contains(string(raw), "\nseverity: down") || folder == "" {
			continue
		}
		incidents++
		begin := dated(t, filepath.Join(folder, "01-investigating.md"))
		at, known := first[issue]
		if !known {
			unverified++
			continue
		}
		// An update dated after its commit becomes public one tolerance before its date.
		at = max(at, begin-tolerance)
		times = append(times, max(0, at-begin))
		if at > begin+tolerance {
			late = append(late, at-begin-tolerance)
		}
	}
	slices.Sort(times)
	slices.Sort(late)
	median := func(sorted []int64) int64 {
		if n := len(sorted); n%2 == 0 {
			return (sorted[n/2-1] + sorted[n/2]) / 2
		}
		return sorted[len(sorted)/2]
	}
	if len(got.Severities) == 0 || got.Severities[0].Severity != "P1" {
		t.Fatal(out)
	}
	p1 := got.Severities[0]
	t.Logf("%d incidents were down; of %d that are proven %d were public within 5 min (%.0f %%); median %d s, late by %d s (median); %d unverified",
		p1.Incidents, p1.Public.Judged, p1.Public.Within, 100*p1.Public.Share, p1.Public.Median, p1.Public.Late, p1.Public.Unverified)
	within := len(times) - len(late)
	if incidents < 50 || len(late) < 20 || within < 5 || unverified == 0 {
		t.Fatalf("the data proves nothing: %d incidents, %d late, %d within, %d unverified", incidents, len(late), within, unverified)
	}
	if p1.Incidents != incidents || p1.Public.Judged != len(times) || p1.Public.Within != within || p1.Public.Unverified != unverified {
		t.Errorf("want %d incidents, %d judged, %d within, %d unverified", incidents, len(times), within, unverified)
	}
	if p1.Public.Median != median(times) || p1.Public.Late != median(late) || p1.Public.Worst != times[len(times)-1] {
		t.Errorf("want a median of %d s, late by %d s, at worst %d s", median(times), median(late), times[len(times)-1])
	}
	rank := 0.9 * float64(len(times)-1)
	low := times[int(rank)]
	if p90 := float64(low) + (rank-float64(int(rank)))*float64(times[min(int(rank)+1, len(times)-1)]-low); p1.Public.P90-int64(p90) > 1 || int64(p90)-p1.Public.P90 > 1 {
		t.Errorf("90 %% within %d s, want %v", p1.Public.P90, p90)
	}

	// ADR 0017 lists every incident whose judgement its rule changes.
	out, _ = run("report", "--site", site, "--since", "2018-01-01", "--format", "csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for _, row := range rows[1:] {
		states[row[0]+" "+row[2]] = row[8]
	}
	for _, list := range []struct{ heading, rule, state string }{
		{"Resolved by", "resolve", "missed"}, {"Escalated", "escalate", "missed"}, {"Answered", "respond", "met"},
	} {
		ids := listed(t, "../../docs/adr/0017-claims-count-from-their-commit.md", list.heading)
		for _, id := range ids {
			if state := states[id+" "+list.rule]; state != list.state {
				t.Errorf("ADR 0017 lists %s as %s %s, but it is %q", id, list.rule, list.state, state)
			}
		}
	}

	// No deadlines apply to the imported history unless --since is set.
	if out, _ = run("due", "--site", site); out != "Nothing is due.\n" {
		t.Error(out)
	}
	if out, _ = run("due", "--site", site, "--since", "2018-01-01"); strings.Count(out, "\n") < 100 {
		t.Error(out)
	}
	if out, _ = run("due", "--site", site, "--since", "2099-01-01"); out != "Nothing is due.\n" {
		t.Error(out)
	}
}
