// Checks the kernels on the processor that it runs on, without Swift: so that they can be compiled for
// another processor and run there, or under an emulator.
//
// It prints the sets that run here, then digests of the results that must have the same bits on every
// processor. `--sets`: the sets alone. A line for each failure goes before them, and the status is 1.
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "kernels.h"

static void print_sets(void) {
  printf("sets:");
  for (size_t index = 0; index < animo_kernels_count(); index++) {
    const struct animo_kernels *set = animo_kernels_at(index);
    if (set->runs_here()) printf(" %s", set->name);
  }
  printf("\n");
}

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "--sets") == 0) {
    print_sets();
    return 0;
  }
  check_kernel_sets();
  check_products();
  check_training();
  check_optimisers();
  check_rows();
  if (failures() > 0) return 1;
  print_sets();
  print_digests();
  return 0;
}
