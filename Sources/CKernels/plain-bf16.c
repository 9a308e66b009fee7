// bfloat16 in plain C: every product of two bf16 is exact in single precision; each is added to the sum and
// rounded to nearest even, the second of a pair first. Subnormal numbers count as they are.
#include <string.h>

#include "versions.h"

#define KIND ANIMO_BF16
#define NUMBER_SIZE 2
typedef float sum;

#include "plain-gates.h"

// The float of which these are the bits.
static float as_float(uint32_t bits) {
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

static void add_products(ptrdiff_t words, const uint32_t *input, const char *line, float sums[ANIMO_LANES]) {
  const uint32_t upper = 0xffff0000;
  float local[ANIMO_LANES];
  memcpy(local, sums, sizeof local);
  for (ptrdiff_t word = 0; word < words; word++, line += ANIMO_LINE) {
    const uint32_t *pairs = (const uint32_t *)line;
    const float first = as_float(input[word] << 16);
    const float second = as_float(input[word] & upper);
    for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane++) {
      local[lane] += second * as_float(pairs[lane] & upper);
      local[lane] += first * as_float(pairs[lane] << 16);
    }
  }
  memcpy(sums, local, sizeof local);
}

#include "plain-loops.h"

static bool runs_everywhere(void) { return true; }

const struct animo_kernels animo_plain_bf16 = {
    .name = "plain-bf16",
    .arithmetic = KIND,
    .runs_here = runs_everywhere,
    .product = product,
    .step = step,
};
