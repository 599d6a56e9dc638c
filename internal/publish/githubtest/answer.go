package githubtest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const repository = "/repos/settler/status/"

// answer carries out a request.
func (s *Server) answer(r *http.Request, body []byte) (int, any) {
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), repository)
	if !ok {
		return http.StatusNotFound, message("Not Found")
	}
	path, _ = url.PathUnescape(path)
	if s.ReadOnly && r.Method != "GET" {
		return http.StatusForbidden, message("Resource not accessible by integration")
	}
	is := func(method, prefix string) (string, bool) {
		rest, ok := strings.CutPrefix(path, prefix)
		return rest, ok && r.Method == method
	}
	if name, ok := is("GET", "branches/"); ok {
		return s.getBranch(name)
	}
	if path == "pages" && r.Method == "GET" {
		if s.Pages == nil {
			return http.StatusNotFound, message("Not Found")
		}
		return http.StatusOK, s.Pages
	}
	if path == "pages/builds/latest" && r.Method == "GET" {
		if s.Build == nil {
			return http.StatusNotFound, message("Not Found")
		}
		return http.StatusOK, s.Build
	}
	if name, ok := is("PUT", "contents/"); ok {
		return s.putFile(name, body)
	}
	if strings.HasPrefix(path, "git/") && s.store.empty() {
		return http.StatusConflict, message("Git Repository is empty.")
	}
	if sha, ok := is("GET", "git/trees/"); ok {
		return s.getTree(sha, r.URL.Query().Get("recursive") != "")
	}
	if sha, ok := is("GET", "git/blobs/"); ok {
		content, ok := s.store.get("blob", sha)
		if !ok {
			return http.StatusNotFound, message("Not Found")
		}
		return http.StatusOK, map[string]any{"sha": sha, "encoding": "base64", "size": len(content), "content": base64.StdEncoding.EncodeToString(content)}
	}
	if sha, ok := is("GET", "git/commits/"); ok {
		c, ok := s.store.commit(sha)
		if !ok {
			return http.StatusNotFound, message("Not Found")
		}
		return http.StatusOK, map[string]any{"sha": sha, "message": c.message, "tree": map[string]any{"sha": c.tree}}
	}
	if name, ok := is("GET", "git/ref/"); ok {
		sha, ok := s.store.ref("refs/" + name)
		if !ok {
			return http.StatusNotFound, message("Not Found")
		}
		return http.StatusOK, reference("refs/"+name, sha)
	}
	if prefix, ok := is("GET", "git/matching-refs/"); ok {
		list := []any{} // of all refs that begin like this, in full or not
		for name, sha := range s.store.matching("refs/" + prefix) {
			list = append(list, reference(name, sha))
		}
		return http.StatusOK, list
	}
	if name, ok := is("PATCH", "git/refs/"); ok {
		return s.updateRef("refs/"+name, body)
	}
	if name, ok := is("DELETE", "git/refs/"); ok {
		from, there := s.store.ref("refs/" + name)
		if !there || !s.store.setRef("refs/"+name, from, "") {
			return http.StatusUnprocessableEntity, message("Reference does not exist")
		}
		return http.StatusNoContent, nil
	}
	if r.Method == "POST" {
		switch path {
		case "git/blobs":
			return s.createBlob(body)
		case "git/trees":
			return s.createTree(body)
		case "git/commits":
			return s.createCommit(body)
		case "git/refs":
			return s.createRef(body)
		}
	}
	return http.StatusNotFound, message("Not Found")
}

func reference(name, sha string) map[string]any {
	return map[string]any{"ref": name, "object": map[string]any{"type": "commit", "sha": sha}}
}

func (s *Server) getBranch(name string) (int, any) {
	sha, ok := s.store.ref("refs/heads/" + name)
	if !ok {
		return http.StatusNotFound, message("Branch not found")
	}
	c, _ := s.store.commit(sha)
	return http.StatusOK, map[string]any{"name": name, "protected": s.Protected == name, "commit": map[string]any{
		"sha": sha, "commit": map[string]any{"message": c.message, "tree": map[string]any{"sha": c.tree}},
	}}
}

func (s *Server) getTree(sha string, recursive bool) (int, any) {
	type entry struct {
		Path string `json:"path"`
		Mode string `json:"mode"`
		Type string `json:"type"`
		SHA  string `json:"sha"`
	}
	var list []entry
	truncated := false
	var walk func(prefix, sha string) bool
	walk = func(prefix, sha string) bool {
		entries, ok := s.store.entries(sha)
		for _, e := range entries {
			if s.Limits.TreeEntries > 0 && len(list) >= s.Limits.TreeEntries {
				truncated = true
				return ok
			}
			switch e.mode {
			case "40000":
				list = append(list, entry{prefix + e.name, "040000", "tree", e.sha})
				if recursive {
					walk(prefix+e.name+"/", e.sha)
				}
			case "160000":
				list = append(list, entry{prefix + e.name, e.mode, "commit", e.sha})
			default:
				list = append(list, entry{prefix + e.name, e.mode, "blob", e.sha})
			}
		}
		return ok
	}
	if !walk("", sha) {
		return http.StatusNotFound, message("Not Found")
	}
	return http.StatusOK, map[string]any{"sha": sha, "tree": list, "truncated": truncated}
}

func (s *Server) createBlob(body []byte) (int, any) {
	var asked struct{ Content, Encoding string }
	if json.Unmarshal(body, &asked) != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	content := []byte(asked.Content)
	if asked.Encoding == "base64" {
		var err error
		if content, err = base64.StdEncoding.DecodeString(asked.Content); err != nil {
			return http.StatusUnprocessableEntity, message("content is not valid Base64")
		}
	}
	return http.StatusCreated, map[string]any{"sha": s.store.put("blob", content)}
}

func (s *Server) createTree(body []byte) (int, any) {
	var asked struct {
		BaseTree string `json:"base_tree"`
		Tree     []struct {
			Path, Mode, Type string
			SHA, Content     *string
		}
	}
	if !utf8.Valid(body) || json.Unmarshal(body, &asked) != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	if len(asked.Tree) == 0 {
		return http.StatusUnprocessableEntity, message("Invalid tree info")
	}
	root, ok := openFolder(s.store, asked.BaseTree)
	if !ok { // a commit is not accepted either
		return http.StatusNotFound, message("Not Found")
	}
	for _, e := range asked.Tree {
		parts := strings.Split(e.Path, "/")
		if slices.ContainsFunc(parts, func(part string) bool { return part == "" || part == "." || part == ".." || part == ".git" }) {
			return http.StatusUnprocessableEntity, message("tree.path contains a malformed path component")
		}
		switch {
		case e.Content != nil && e.SHA != nil:
			return http.StatusUnprocessableEntity, message("tree.sha and tree.content exclude each other")
		case e.Content != nil:
			root.set(e.Path, e.Mode, s.store.put("blob", []byte(*e.Content)))
		case e.SHA == nil:
			if !root.remove(e.Path) {
				return http.StatusUnprocessableEntity, message("GitRPC::BadObjectState")
			}
		default:
			if _, ok := s.store.get("blob", *e.SHA); !ok && e.Type == "blob" {
				return http.StatusUnprocessableEntity, message("tree.sha %s is not a valid blob", *e.SHA)
			}
			root.set(e.Path, e.Mode, *e.SHA)
		}
	}
	return http.StatusCreated, map[string]any{"sha": root.write()}
}

func (s *Server) createCommit(body []byte) (int, any) {
	var asked struct {
		Message, Tree string
		Parents       []string
		Author        struct {
			Name, Email string
			Date        time.Time
		}
	}
	if json.Unmarshal(body, &asked) != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	if _, ok := s.store.get("tree", asked.Tree); !ok {
		return http.StatusUnprocessableEntity, message("Tree SHA does not exist")
	}
	for _, parent := range asked.Parents {
		if _, ok := s.store.commit(parent); !ok {
			return http.StatusUnprocessableEntity, message("Parent SHA does not exist or is not a commit object")
		}
	}
	sha := s.store.putCommit(commit{asked.Tree, asked.Parents, asked.Message}, asked.Author.Name, asked.Author.Email, asked.Author.Date.Unix())
	return http.StatusCreated, map[string]any{"sha": sha, "tree": map[string]any{"sha": asked.Tree}}
}

func (s *Server) guarded(name string) bool {
	return s.Protected != "" && name == "refs/heads/"+s.Protected
}

func (s *Server) createRef(body []byte) (int, any) {
	var asked struct{ Ref, SHA string }
	if json.Unmarshal(body, &asked) != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	_, ok := s.store.commit(asked.SHA)
	switch {
	case !ok:
		return http.StatusUnprocessableEntity, message("Object does not exist")
	case s.guarded(asked.Ref):
		return http.StatusUnprocessableEntity, message("Repository rule violations found")
	case s.store.blocked(asked.Ref):
		return http.StatusUnprocessableEntity, message("Reference update failed")
	case !s.store.setRef(asked.Ref, "", asked.SHA):
		return http.StatusUnprocessableEntity, message("Reference already exists")
	}
	s.moved(asked.Ref)
	return http.StatusCreated, reference(asked.Ref, asked.SHA)
}

func (s *Server) updateRef(name string, body []byte) (int, any) {
	var asked struct {
		SHA   string
		Force bool
	}
	if json.Unmarshal(body, &asked) != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	from, there := s.store.ref(name)
	_, ok := s.store.commit(asked.SHA)
	switch {
	case !there:
		return http.StatusUnprocessableEntity, message("Reference does not exist")
	case !ok:
		return http.StatusUnprocessableEntity, message("Object does not exist")
	case s.guarded(name):
		return http.StatusUnprocessableEntity, message("Cannot update this protected ref.")
	case !asked.Force && !s.store.descends(asked.SHA, from):
		return http.StatusUnprocessableEntity, message("Update is not a fast forward")
	case !s.store.setRef(name, from, asked.SHA):
		return http.StatusConflict, message("Reference cannot be updated")
	}
	if from != asked.SHA {
		s.moved(name)
	}
	return http.StatusOK, reference(name, asked.SHA)
}

func (s *Server) moved(name string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.moves[name]++
}

// putFile handles the only request that works in an empty repository.
func (s *Server) putFile(path string, body []byte) (int, any) {
	var asked struct {
		Message, Branch string
		Content         []byte
	}
	if json.Unmarshal(body, &asked) != nil {
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	if _, there := s.store.ref("refs/heads/" + asked.Branch); !there && !s.store.empty() {
		return http.StatusNotFound, message("Branch %s not found", asked.Branch)
	}
	sha := s.Commit(asked.Branch, asked.Message, map[string][]byte{path: append([]byte{}, asked.Content...)})
	return http.StatusCreated, map[string]any{"commit": map[string]any{"sha": sha}}
}
