// A web server with nothing but Go's own library.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "Hello from Go, release %s\n", os.Getenv("WINDLASS_RELEASE"))
	})
	address := ":" + os.Getenv("PORT")
	log.Println("listening on", address)
	log.Fatal(http.ListenAndServe(address, nil))
}
