// 8-bit codes on the NEON that every 64-bit ARM processor has. It has run under an emulator alone,
// where it gives the bits of AVX2; how fast it is on a processor is not known.
//
// Products of two codes have 16 bits, and so have sums of two: 2 · 127 · 128 < 2^15.
#include "versions.h"
#if ANIMO_ARM

#define TARGET

#include "neon-int8.h"

PIECE sum dot(sum to, int8x16_t activation, int8x16_t line) {
  const int16x8_t low = vmull_s8(vget_low_s8(line), vget_low_s8(activation));
  const int16x8_t high = vmull_s8(vget_high_s8(line), vget_high_s8(activation));
  return vpadalq_s16(to, vpaddq_s16(low, high));
}

static bool runs_here(void) { return true; }

const struct animo_kernels animo_neon_int8 = {
    .name = "neon-int8",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
