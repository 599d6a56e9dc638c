package publish

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/publish/record"
)

// What Crier notes for itself in a branch, besides the record. Both lists come in shards, so that one new update changes few of
// them; a shard that holds what the build says it should need not even be read, since its hash tells.
const (
	// SourceFile says which build is there, as the last of our commits does: others may commit on top of it.
	SourceFile = fileset.Private + "/source"
	// filesDir lists the files that are ours; only those are ever changed or deleted.
	filesDir = fileset.Private + "/manifest"
	// knownDir lists the updates that the record knows.
	knownDir = fileset.Private + "/known"

	filesHeader = "crier files 1"
	knownHeader = "crier known 1"
)

// fileShard gives the shard of a file's path. What belongs to an incident or to maintenance, of which there are many, goes by its
// name, in whatever language or form; all else is in one.
func fileShard(path string) string {
	parts := strings.Split(path, "/")
	for n, part := range parts[:len(parts)-1] {
		if part == "incidents" || part == "maintenance" || part == "scheduled-maintenances" {
			return filesDir + "/" + digits(parts[n+1])
		}
	}
	return filesDir + "/rest"
}

// knownShard gives the shard of an update.
func knownShard(key record.Key) string { return knownDir + "/" + digits(key.ID) }

// digits gives two hexadecimal digits of a hash of a name.
func digits(name string) string {
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%02x", sum[0])
}

// shards sorts lines into shards and writes each.
func shards[T any](header string, items []T, shard, line func(T) string) map[string][]byte {
	lines := map[string][]string{}
	for _, item := range items {
		name := shard(item)
		lines[name] = append(lines[name], line(item))
	}
	files := make(map[string][]byte, len(lines))
	for name, list := range lines {
		slices.Sort(list)
		files[name] = []byte(header + "\n" + strings.Join(slices.Compact(list), "\n") + "\n")
	}
	return files
}

// fileShards lists the files of a build.
func fileShards(files map[string]fileset.Hash) map[string][]byte {
	return shards(filesHeader, slices.Collect(maps.Keys(files)), fileShard, func(path string) string { return path })
}

// knownLine writes a key as a line: ids hold no slash.
func knownLine(key record.Key) string {
	return oneLine(string(key.Kind) + " " + key.ID + "/" + key.Update)
}

// knownText writes a shard of known updates.
func knownText(lines map[string]bool) []byte {
	return []byte(knownHeader + "\n" + strings.Join(slices.Sorted(maps.Keys(lines)), "\n") + "\n")
}

// shardLines reads a shard. ok is false for one that Crier did not write so: one without its header, with a cut end, or with lines that
// are not in order, such as the marks of a merge conflict. What looks like a line of it is given all the same.
func shardLines(header string, content []byte) (lines map[string]bool, ok bool) {
	lines = map[string]bool{}
	head, rest, _ := strings.Cut(string(content), "\n")
	ok = head == header && strings.HasSuffix(rest, "\n")
	before := ""
	for line := range strings.SplitSeq(strings.TrimSuffix(rest, "\n"), "\n") {
		if line <= before || header == knownHeader && !isKnownLine(line) {
			ok = false
		}
		before = line
		if header != knownHeader || isKnownLine(line) {
			lines[line] = true
		}
	}
	return lines, ok
}

// isKnownLine reports whether a line has the form that knownLine gives it.
func isKnownLine(line string) bool {
	kind, rest, _ := strings.Cut(line, " ")
	return slices.Contains([]record.Kind{record.Incident, record.Maintenance, record.Announcement}, record.Kind(kind)) && strings.Contains(rest, "/")
}
