// Drivers of the judges that are Go modules. One question a line, its words parted by tabs; one answer a line: "yes" or
// "no", a tab, and the judge's words.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"k8s.io/klog/v2"
)

// A judge gets its words and returns what it refuses with.
var judges = map[string]func(words []string) error{
	"sumdb-note":        sumdbNote,
	"sumdb-record":      sumdbRecord,
	"sumdb-tree":        sumdbTree,
	"formats":           formats,
	"torchwood":         torchwoodProof,
	"torchwood-witness": torchwoodWitness,
	"fsck":              tesseraFsck,
	"make-log":          makeLog,
	"gmsm":              gmsmSignature,
	"cosign":            cosign,
}

func main() {
	klog.InitFlags(nil)
	flag.Set("logtostderr", "false")
	klog.SetOutput(io.Discard)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Split(lines.Text(), "\t")
		fmt.Println(strings.ReplaceAll(answer(words[0], words[1:]), "\n", " "))
	}
}

func answer(name string, words []string) (said string) {
	defer func() {
		if fault := recover(); fault != nil {
			said = fmt.Sprintf("no\tpanic: %v", fault)
		}
	}()
	if err := judges[name](words); err != nil {
		return "no\t" + err.Error()
	}
	return "yes\taccepted"
}
