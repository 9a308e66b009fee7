// The program's entry point: passes the arguments on to Sources/animo/Animo.swift, which ends the process.

#include <malloc.h>

void animo_main(int count, const char *const *arguments, const char *commit);

// What the program was built from, for `animo --version`. systemd/build-deb replaces the text in the finished
// program, so that a build depends on the sources alone and needs no Git.
__attribute__((section(".animo.commit"))) char animo_commit[64] = "development";

int main(int count, char **arguments) {
  // By default the C library reserves 64 MiB of address space for each thread that allocates: under a
  // limit of memory (ulimit -v) that leaves nothing for the rest. See mallopt(3).
  mallopt(M_ARENA_MAX, 2);
  animo_main(count, (const char *const *)arguments, animo_commit);
  return 0;
}
