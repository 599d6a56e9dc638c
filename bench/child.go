package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"settler.io/crier/internal/build"
	"settler.io/crier/internal/cli"
	"settler.io/crier/internal/fileset"
	"settler.io/crier/internal/parallel"
	"settler.io/crier/internal/publish/disk"
	"settler.io/crier/internal/sitefs"
	"settler.io/crier/internal/source/content"
)

var errNoChild = errors.New("not a program of its own")

// child runs a measured task in this process, which the benchmark started for that.
func child(name string, args []string) error {
	switch {
	case name == "same" && len(args) == 2:
		return same(args[0], args[1])
	case name == "sites" && len(args) == 4:
		incidents, err := strconv.Atoi(args[3])
		return errors.Join(err, makeSites(args[0], args[1], args[2], incidents))
	case name == "floor" && len(args) == 2:
		return floor(args[0], args[1])
	}
	return errNoChild
}

// same builds a site as `crier build` does, but only the kinds of outputs that the Hugo site has.
func same(site, out string) error {
	defer cli.Memory()()
	root, err := os.OpenRoot(site)
	if err != nil {
		return err
	}
	defer root.Close()
	input, _, err := build.Load(sitefs.New(root, site, "content", nil), content.Options{})
	if err != nil {
		return err
	}
	input.Now = at
	result := build.Build(input)
	var set fileset.Set
	for _, f := range result.Files.Files() {
		if hugoHas(f.Path) {
			if err := set.Add(f); err != nil {
				return err
			}
		}
	}
	_, err = disk.Write(context.Background(), out, &set)
	return err
}

// at is the time of all builds: shortly after the last incident that testsite generates.
var at = time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)

// hugoHas reports whether the Hugo site has a file like this one: HTML pages, one feed, the sitemap
// and the assets.
func hugoHas(name string) bool {
	return strings.HasSuffix(name, ".html") && name != "embed.html" || name == "feed.rss" || name == "sitemap.xml" || strings.HasPrefix(name, "assets/") || name == "icon.svg"
}

// floor copies the files of a folder to another, with one worker per processor. It uses no
// temporary names, computes nothing, and creates each folder once. It prints the time of writing,
// without that of reading.
func floor(from, to string) error {
	type file struct {
		name    string
		content []byte
	}
	var files []file
	err := filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == fileset.Private {
				return filepath.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(name)
		below, _ := filepath.Rel(from, name)
		files = append(files, file{filepath.Join(to, below), bytes.Clone(content)})
		return err
	})
	if err != nil {
		return err
	}
	begin := time.Now()
	var made sync.Map
	err = parallel.Try(len(files), 0, func(i int) error {
		folder := filepath.Dir(files[i].name)
		if _, done := made.Load(folder); !done {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
			made.Store(folder, true)
		}
		return os.WriteFile(files[i].name, files[i].content, 0o644)
	})
	os.Stdout.WriteString(time.Since(begin).String())
	return err
}
