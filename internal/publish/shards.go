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

// Files that Crier keeps in a branch, besides the record. Both lists are split into shards, so that
// a new update changes few of them. If the build implies a shard's content, the shard need not be
// read, because its hash is enough.
const (
	// SourceFile names the build that is published, as the last commit by Crier does. It is needed
	// because others may commit on top of that commit.
	SourceFile = fileset.Private + "/source"
	// filesDir lists the files that Crier wrote. Crier never changes or deletes any others.
	filesDir = fileset.Private + "/manifest"
	// knownDir lists the updates that are in the record.
	knownDir = fileset.Private + "/known"

	filesHeader = "crier files 1"
	knownHeader = "crier known 1"
)

// fileShard returns the shard of a file's path. Files of an incident or a maintenance, of which
// there may be many, are assigned by its id, in any language or format. All other files share one
// shard.
func fileShard(path string) string {
	parts := strings.Split(path, "/")
	for n, part := range parts[:len(parts)-1] {
		if part == "incidents" || part == "maintenance" || part == "scheduled-maintenances" {
			return filesDir + "/" + digits(parts[n+1])
		}
	}
	return filesDir + "/rest"
}

func knownShard(key record.Key) string { return knownDir + "/" + digits(key.ID) }

// digits returns two hexadecimal digits of a hash of the name.
func digits(name string) string {
	sum := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%02x", sum[0])
}

// shards groups items into shards and returns the content of each shard by its path.
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

func fileShards(files map[string]fileset.Hash) map[string][]byte {
	return shards(filesHeader, slices.Collect(maps.Keys(files)), fileShard, func(path string) string { return path })
}

// listed returns the shards of known updates.
func listed(updates []Update) map[string][]byte {
	return shards(knownHeader, updates, func(u Update) string { return knownShard(u.Key) }, func(u Update) string { return knownLine(u.Key) })
}

// knownLine returns the line of a key. An id contains no slash.
func knownLine(key record.Key) string {
	return oneLine(string(key.Kind) + " " + key.ID + "/" + key.Update)
}

// knownText returns the content of a shard of known updates.
func knownText(lines map[string]bool) []byte {
	return []byte(knownHeader + "\n" + strings.Join(slices.Sorted(maps.Keys(lines)), "\n") + "\n")
}

// shardLines parses a shard. ok is false if Crier can't have written it: the header is missing, the
// end is cut off, or the lines are out of order, as with merge conflict markers. Even then it
// returns the lines that look valid.
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

func isKnownLine(line string) bool {
	kind, rest, _ := strings.Cut(line, " ")
	return slices.Contains([]record.Kind{record.Incident, record.Maintenance, record.Announcement}, record.Kind(kind)) && strings.Contains(rest, "/")
}
