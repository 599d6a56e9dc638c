package internal

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// stilted are phrases that read like a translation, as patterns, each with what to write instead.
var stilted = []struct{ pattern, instead string }{
	{`\b(is|are|was|were) no (valid|such|good|right|real|known|text|name|file|folder|time|date|url|id|number|zone|place|page|word|list|map|key|part|address|branch|repository|command|duration|commit|instant|output|incident|kind|form|site)\b`, "is not a …"},
	{`\b(that|which) (is|are) none\b`, "is not one"},
	{`\b(it|that|which|this|they|who) (is|are) no (?:[a-z]+)\b`, "is not a …"},
	{`\bknown are\b`, "valid values: …"},
	{`\bmend(s|ed|ing)?\b`, "fix"},
	{`\bfor ever\b`, "permanent, forever"},
	{`\btakes? over (a|an|the) [a-z]+ site\b`, "imports"},
	{`\bgives (back|the|a|an|all|what|no|nil|one|its|how|of)\b`, "returns"},
	{`\bbelongs? into\b`, "belongs in"},
	{`\bsays? of (each|every|a|what)\b`, "reports for"},
	{`\btells (what|how|which|whether|of|that)\b`, "reports, describes"},
	{`\bwhat (it|they|he) (does not know|knows?|names?|holds?) \b`, "name the thing"},
	{`\bnothing to say\b`, "no problems"},
	{`\bto be had\b`, "available"},
	{`\bin vain\b`, "without success"},
	{`\b(what|how much) is owed\b`, "what is due"},
	{`\bwhere it is none\b`, "otherwise"},
}

// TestPlainEnglish keeps phrases that make native speakers stumble out of comments, messages and
// documents, and comments at 100 columns. ADRs stay as they were written.
func TestPlainEnglish(t *testing.T) {
	var patterns []*regexp.Regexp
	for _, s := range stilted {
		patterns = append(patterns, regexp.MustCompile(`(?i)`+s.pattern))
	}
	allowed := regexp.MustCompile(`(?i)\bthere (is|are|was|were) (no|none)\b|\b(is|are|was|were) no (longer|more|less|later|earlier|further|fewer|way|need|point|reason)\b`)
	read := 0
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if base == ".git" || base == "node_modules" || base == "public" || base == "testdata" && !strings.Contains(filepath.ToSlash(name), "cmd/crier") {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(base) {
		case ".go", ".md", ".toml", ".yml", ".txtar", ".mjs", ".html":
		default:
			return nil
		}
		if base == "english_test.go" || strings.Contains(filepath.ToSlash(name), "docs/adr/") {
			return nil
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		read++
		for n, line := range strings.Split(string(raw), "\n") {
			if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "//") && len(strings.ReplaceAll(line, "\t", "    ")) > 100 {
				t.Errorf("%s:%d: a comment of more than 100 columns", name, n+1)
			}
			plain := allowed.ReplaceAllString(line, "")
			for i, pattern := range patterns {
				if found := pattern.FindString(plain); found != "" {
					t.Errorf("%s:%d: %q: write %q", name, n+1, found, stilted[i].instead)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if read < 100 {
		t.Errorf("only %d files were read", read)
	}
}
