package main

import (
	"context"
	"fmt"
	"time"

	"filippo.io/torchwood"
	"github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// formats: as sumdbRecord, by transparency-dev's formats and merkle.
func formats(words []string) error {
	verifier, err := note.NewVerifier(line(words[0]))
	if err != nil {
		return err
	}
	index, hashes, signed, err := splitProof(string(read(words[1])))
	if err != nil {
		return err
	}
	checkpoint, _, _, err := log.ParseCheckpoint([]byte(signed), verifier.Name(), verifier)
	if err != nil {
		return err
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(read(words[2]))
	return proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(index), checkpoint.Size, leaf, hashes, checkpoint.Hash)
}

// torchwoodProof: as sumdbRecord, by torchwood, which reads tlog-proofs itself.
func torchwoodProof(words []string) error {
	policy, err := torchwood.ParsePolicy([]byte(fmt.Sprintf("log %s\nquorum none\n", line(words[0]))))
	if err != nil {
		return err
	}
	return torchwood.VerifyProof(policy, tlog.RecordHash(read(words[2])), read(words[1]))
}

// torchwoodWitness: is this checkpoint signed with this key, and by this witness (a file with its verifier key)?
func torchwoodWitness(words []string) error {
	text := fmt.Sprintf("log %s\nwitness one %s\nquorum one\n", line(words[0]), line(words[2]))
	policy, err := torchwood.ParsePolicy([]byte(text))
	if err != nil {
		return err
	}
	_, _, err = torchwood.VerifyCheckpoint(read(words[1]), policy)
	return err
}

// tesseraFsck: does every entry and tile of this folder make the tree of its checkpoint?
func tesseraFsck(words []string) error {
	verifier, err := note.NewVerifier(line(words[0]))
	if err != nil {
		return err
	}
	// With one worker, as by default, it waits for ever on a damaged tile.
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		source := &client.FileFetcher{Root: words[1]}
		done <- fsck.New(verifier.Name(), verifier, source, leafHashes, fsck.Opts{N: 64}).Check(ctx)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("no answer in time")
	}
}

func leafHashes(bundle []byte) ([][]byte, error) {
	var entries api.EntryBundle
	if err := entries.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	var hashes [][]byte
	for _, entry := range entries.Entries {
		hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(entry))
	}
	return hashes, nil
}
