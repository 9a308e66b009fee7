// Single precision on NEON, which every 64-bit ARM processor has. It has run under an emulator alone, where
// it gives the bits of AVX2; how fast it is on a processor is not known.
#include "versions.h"
#if ANIMO_ARM

#include <arm_neon.h>

#define TARGET
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_FP32

// Floats of one register, and registers for 16 columns.
enum { WIDTH = 4, QUARTERS = ANIMO_LANES / WIDTH };

typedef float32x4_t sum;
// The sums of a tile: 24 of the 32 registers.
typedef sum tile[ANIMO_TILE_ROWS][QUARTERS];

PIECE void start_step(const float *start, const char *header, sum sums[QUARTERS]) {
  (void)header;
  UNROLLED for (int part = 0; part < QUARTERS; part++) sums[part] = vld1q_f32(start + part * WIDTH);
}

PIECE void start_product(const char *header, sum sums[QUARTERS]) {
  start_step((const float *)header, header, sums);
}

PIECE void add_products(const int rows, const struct animo_weights *matrix, const uint32_t *input,
                        ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums) {
  const float *x = (const float *)input;
  for (ptrdiff_t word = 0; word < matrix->words; word++, line += ANIMO_LINE, ahead.next += ahead.distance) {
    animo_fetch(ahead);
    const float32x4x4_t weights = vld1q_f32_x4((const float *)line);
    UNROLLED for (int row = 0; row < rows; row++) {
      const float32x4_t activation = vdupq_n_f32(x[row * stride + word]);
      UNROLLED for (int part = 0; part < QUARTERS; part++) {
        sums[row][part] = vfmaq_f32(sums[row][part], activation, weights.val[part]);
      }
    }
  }
}

PIECE void store_sums(const sum sums[QUARTERS], float *out) {
  UNROLLED for (int part = 0; part < QUARTERS; part++) vst1q_f32(out + part * WIDTH, sums[part]);
}

PIECE void finish_product(const sum sums[QUARTERS], const char *header, const float *scales, ptrdiff_t row,
                          float *out) {
  (void)header, (void)scales, (void)row;
  store_sums(sums, out);
}

PIECE void finish_sums(const sum sums[QUARTERS], const float *start, const char *header, float *z) {
  (void)start, (void)header;
  store_sums(sums, z);
}

// e^x, x held to ±ANIMO_CLIP; a NaN becomes the lower end. See versions.h for the method and its error.
PIECE float32x4_t exponential(float32x4_t x) {
  // These give the number when the other is a NaN.
  x = vmaxnmq_f32(x, vdupq_n_f32(-ANIMO_CLIP));
  x = vminnmq_f32(x, vdupq_n_f32(ANIMO_CLIP));
  const float32x4_t n = vrndnq_f32(vmulq_f32(x, vdupq_n_f32(ANIMO_LOG2_E)));
  float32x4_t r = vfmsq_f32(x, n, vdupq_n_f32(ANIMO_LN2_HIGH));
  r = vfmsq_f32(r, n, vdupq_n_f32(ANIMO_LN2_LOW));
  float32x4_t q = vdupq_n_f32(ANIMO_Q4);
  q = vfmaq_f32(vdupq_n_f32(ANIMO_Q3), q, r);
  q = vfmaq_f32(vdupq_n_f32(ANIMO_Q2), q, r);
  q = vfmaq_f32(vdupq_n_f32(ANIMO_Q1), q, r);
  q = vfmaq_f32(vdupq_n_f32(ANIMO_Q0), q, r);
  q = vfmaq_f32(vdupq_n_f32(1), q, r);
  q = vfmaq_f32(vdupq_n_f32(1), q, r);
  // Times 2^n: n added to the exponent, 23 bits up. |n| ≤ 58, so nothing overflows or goes subnormal.
  const int32x4_t exponent = vshlq_n_s32(vcvtnq_s32_f32(n), 23);
  return vreinterpretq_f32_s32(vaddq_s32(vreinterpretq_s32_f32(q), exponent));
}

// e^-x, for the logistic function.
PIECE float32x4_t falling_exponential(float32x4_t x) { return exponential(vsubq_f32(vdupq_n_f32(0), x)); }

// σ(a) · tanh(b) = (1 - e^-2b) / ((1 + e^-a)(1 + e^-2b)): one division for two functions.
PIECE float32x4_t gated_tanh(float32x4_t a, float32x4_t b) {
  const float32x4_t one = vdupq_n_f32(1);
  const float32x4_t ea = falling_exponential(a);
  const float32x4_t eb = falling_exponential(vaddq_f32(b, b));
  return vdivq_f32(vsubq_f32(one, eb), vmulq_f32(vaddq_f32(one, ea), vaddq_f32(one, eb)));
}

// The cell of 4 units of one row from the sums of their gates.
PIECE void update_cell(const float *z, const struct animo_step_rows *rows, ptrdiff_t row, ptrdiff_t unit) {
  float *cell = rows->cell + row * rows->cell_stride + unit;
  const float32x4_t i = vld1q_f32(z);
  const float32x4_t f = vld1q_f32(z + ANIMO_LANES);
  const float32x4_t g = vld1q_f32(z + 2 * ANIMO_LANES);
  const float32x4_t o = vld1q_f32(z + 3 * ANIMO_LANES);
  const float32x4_t forget = vaddq_f32(vdupq_n_f32(1), falling_exponential(f));
  const float32x4_t kept = vdivq_f32(vld1q_f32(cell), forget);
  const float32x4_t c = vaddq_f32(kept, gated_tanh(i, g));
  const float32x4_t h = gated_tanh(o, c);
  vst1q_f32(cell, c);
  vst1q_f32((float *)rows->output + row * rows->output_stride + unit, h);
  if (rows->answers) vst1q_f32(rows->answers + row * rows->answers_stride + unit, h);
}

#include "quarter-loops.h"

static bool runs_here(void) { return true; }

const struct animo_kernels animo_neon = {
    .name = "neon",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
