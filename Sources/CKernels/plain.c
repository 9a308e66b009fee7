// The reference: single precision in plain C, for any processor.
#include <string.h>

#include "versions.h"

#define KIND ANIMO_FP32
#define NUMBER_SIZE 4
typedef float sum;

#include "plain-gates.h"

// The local sums tell the compiler that nothing else is written meanwhile: so they stay in registers.
static void add_products(ptrdiff_t words, const uint32_t *input, const char *line, float sums[ANIMO_LANES]) {
  float local[ANIMO_LANES];
  memcpy(local, sums, sizeof local);
  for (ptrdiff_t word = 0; word < words; word++, line += ANIMO_LINE) {
    const float x = ((const float *)input)[word];
    for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) local[lane] += x * ((const float *)line)[lane];
  }
  memcpy(sums, local, sizeof local);
}

#include "plain-loops.h"

static bool runs_everywhere(void) { return true; }

const struct animo_kernels animo_plain = {
    .name = "plain",
    .arithmetic = KIND,
    .runs_here = runs_everywhere,
    .product = product,
    .step = step,
};
