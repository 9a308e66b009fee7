// 8-bit codes on NEON, but for the instructions that multiply: the including file says what these are.
//
//   TARGET                       the instructions, as a function attribute
//   dot(sum, activation, line)   one word of 4 columns multiplied and added
#include <arm_neon.h>

#include "quantised.h"

// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_INT8

// Sums of one register, and registers for 16 columns.
enum { WIDTH = 4, QUARTERS = ANIMO_LANES / WIDTH };

typedef int32x4_t sum;
// The sums of a tile: 24 of the 32 registers.
typedef sum tile[ANIMO_TILE_ROWS][QUARTERS];

PIECE sum dot(sum to, int8x16_t activation, int8x16_t line);

PIECE const struct animo_int8_header *as_header(const char *quarter) {
  return (const struct animo_int8_header *)quarter;
}

// The activations' 128 is taken off at once, so that the header's offset is not needed.
PIECE void start_product(const char *header, sum sums[QUARTERS]) {
  (void)header;
  UNROLLED for (int part = 0; part < QUARTERS; part++) sums[part] = vdupq_n_s32(0);
}

PIECE void start_step(const float *start, const char *header, sum sums[QUARTERS]) {
  (void)start, (void)header;
  UNROLLED for (int part = 0; part < QUARTERS; part++) sums[part] = vdupq_n_s32(0);
}

PIECE void add_products(const int rows, const struct animo_weights *matrix, const uint32_t *input,
                        ptrdiff_t stride, const char *line, struct animo_lines ahead, tile sums) {
  const uint32_t signs = 0x80808080;
  for (ptrdiff_t word = 0; word < matrix->words; word++, line += ANIMO_LINE, ahead.next += ahead.distance) {
    animo_fetch(ahead);
    const int8x16x4_t weights = vld1q_s8_x4((const int8_t *)line);
    UNROLLED for (int row = 0; row < rows; row++) {
      const int8x16_t activation = vreinterpretq_s8_u32(vdupq_n_u32(input[row * stride + word] ^ signs));
      UNROLLED for (int part = 0; part < QUARTERS; part++) {
        sums[row][part] = dot(sums[row][part], activation, weights.val[part]);
      }
    }
  }
}

PIECE void finish_product(const sum sums[QUARTERS], const char *header, const float *scales, ptrdiff_t row,
                          float *out) {
  UNROLLED for (int part = 0; part < QUARTERS; part++) {
    const ptrdiff_t column = part * WIDTH;
    const float32x4_t scale = vmulq_n_f32(vld1q_f32(as_header(header)->scale + column), scales[row]);
    const float32x4_t bias = vld1q_f32(as_header(header)->bias + column);
    vst1q_f32(out + column, vfmaq_f32(bias, vcvtq_f32_s32(sums[part]), scale));
  }
}

PIECE void finish_sums(const sum sums[QUARTERS], const float *start, const char *header, float *z) {
  UNROLLED for (int part = 0; part < QUARTERS; part++) {
    const ptrdiff_t column = part * WIDTH;
    const float32x4_t scale = vld1q_f32(as_header(header)->scale + column);
    vst1q_f32(z + column, vfmaq_f32(vld1q_f32(start + column), vcvtq_f32_s32(sums[part]), scale));
  }
}

// p(x) of quantised.h.
PIECE float32x4_t power_of_two(float32x4_t x) {
  // These give the number when the other is a NaN.
  x = vminnmq_f32(x, vdupq_n_f32(ANIMO_POWER_LIMIT));
  x = vmaxnmq_f32(x, vdupq_n_f32(ANIMO_POWER_LEAST));
  const float32x4_t n = vrndnq_f32(x);
  const float32x4_t r = vsubq_f32(x, n);
  float32x4_t p = vdupq_n_f32(ANIMO_P4);
  p = vfmaq_f32(vdupq_n_f32(ANIMO_P3), p, r);
  p = vfmaq_f32(vdupq_n_f32(ANIMO_P2), p, r);
  p = vfmaq_f32(vdupq_n_f32(ANIMO_P1), p, r);
  p = vfmaq_f32(vdupq_n_f32(1), p, r);
  // Times 2^n: an exponent of n and no fraction.
  const int32x4_t exponent = vaddq_s32(vcvtnq_s32_f32(n), vdupq_n_s32(127));
  return vmulq_f32(p, vreinterpretq_f32_s32(vshlq_n_s32(exponent, 23)));
}

// The cell of 4 units of one row from the sums of their gates.
PIECE void update_cell(const float *z, const struct animo_step_rows *rows, ptrdiff_t row, ptrdiff_t unit) {
  float *cell = rows->cell + row * rows->cell_stride + unit;
  const float32x4_t one = vdupq_n_f32(1);
  const float32x4_t g = power_of_two(vld1q_f32(z + 2 * ANIMO_LANES));
  const float32x4_t f = vaddq_f32(one, power_of_two(vld1q_f32(z + ANIMO_LANES)));
  const float32x4_t o = vaddq_f32(one, power_of_two(vld1q_f32(z + 3 * ANIMO_LANES)));
  const float32x4_t ig = vmulq_f32(vaddq_f32(one, power_of_two(vld1q_f32(z))), vaddq_f32(one, g));
  const float32x4_t added = vmulq_f32(vsubq_f32(one, g), f);
  const float32x4_t c = vdivq_f32(vfmaq_f32(added, vld1q_f32(cell), ig), vmulq_f32(f, ig));
  const float32x4_t t = power_of_two(vmulq_f32(c, vdupq_n_f32(ANIMO_TANH_FACTOR)));
  const float32x4_t h = vdivq_f32(vsubq_f32(one, t), vmulq_f32(o, vaddq_f32(one, t)));
  const int32x4_t codes = vcvtnq_s32_f32(vmulq_f32(h, vdupq_n_f32(ANIMO_STATE_UNIT)));
  const uint16x4_t halves = vmovn_u32(vreinterpretq_u32_s32(vaddq_s32(codes, vdupq_n_s32(128))));
  const uint8x8_t bytes = vmovn_u16(vcombine_u16(halves, halves));
  vst1q_f32(cell, c);
  uint32_t *output = (uint32_t *)rows->output + row * rows->output_stride + unit / WIDTH;
  vst1_lane_u32(output, vreinterpret_u32_u8(bytes), 0);
  if (rows->answers) vst1q_f32(rows->answers + row * rows->answers_stride + unit, h);
}

#include "quarter-loops.h"
