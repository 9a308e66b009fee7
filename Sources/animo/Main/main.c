// The program's entry point: passes the arguments on to Sources/animo/Animo.swift, which ends the process.

void animo_main(int count, const char *const *arguments, const char *commit);

// What the program was built from, for `animo --version`. systemd/build-deb replaces the text in the finished program, so that
// a build depends on the sources alone and needs no Git.
__attribute__((section(".animo.commit"))) char animo_commit[64] = "development";

int main(int count, char **arguments) {
  animo_main(count, (const char *const *)arguments, animo_commit);
  return 0;
}
