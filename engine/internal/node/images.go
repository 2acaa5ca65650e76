//go:build linux

package node

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// imageNamespace is the namespace of containerd in which its CRI plug-in looks.
const imageNamespace = "k8s.io"

func openArchives(paths []string) ([]*os.File, error) {
	var files []*os.File
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("unable to read the image: %w", err)
		}
		files = append(files, file)
	}
	return files, nil
}

// importArchive imports the images of an archive of Docker or OCI.
func importArchive(ctr, name string, archive io.Reader) error {
	// Debian's ctr, of containerd 1.6, has no option that leaves the platform open.
	command := exec.Command(ctr, "--address", containerdSocket, "--namespace", imageNamespace, "images", "import", "-")
	command.Stdin = archive
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("unable to import the image %s: %w\n%s", name, err, strings.TrimSpace(string(output)))
	}
	return nil
}

// importPauseImage imports the image of the Pods' sandboxes, whose only file is this program.
func importPauseImage(config Config, executable []byte) error {
	archive, err := pauseArchive(config.PauseImage, executable)
	if err != nil {
		return err
	}
	return importArchive(config.Ctr, config.PauseImage, bytes.NewReader(archive))
}

// pauseArchive returns an archive as `docker save` writes it.
func pauseArchive(name string, executable []byte) ([]byte, error) {
	layer, err := archiveOf(file{strings.TrimPrefix(PausePath, "/"), executable})
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(layer)
	image, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"Entrypoint": []string{PausePath}, "User": "65535:65535"},
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + hex.EncodeToString(digest[:])}},
	})
	if err != nil {
		return nil, err
	}
	manifest, err := json.Marshal([]map[string]any{
		{"Config": "config.json", "RepoTags": []string{name}, "Layers": []string{"layer.tar"}},
	})
	if err != nil {
		return nil, err
	}
	return archiveOf(file{"config.json", image}, file{"layer.tar", layer}, file{"manifest.json", manifest})
}

type file struct {
	name    string
	content []byte
}

func archiveOf(files ...file) ([]byte, error) {
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, each := range files {
		header := &tar.Header{Name: each.name, Mode: 0o755, Size: int64(len(each.content))}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(each.content); err != nil {
			return nil, err
		}
	}
	return buffer.Bytes(), writer.Close()
}
