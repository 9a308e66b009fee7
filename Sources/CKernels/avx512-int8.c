// 8-bit codes on AVX-512 VNNI: one instruction multiplies four unsigned by four signed bytes and adds the
// products to a 32-bit sum. Activations are unsigned, code + 128; the sums start from the header's offset,
// which takes 128 times the weights off again.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#include "quantised.h"

#define TARGET __attribute__((target("avx512f,avx512dq,avx512vnni")))
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_INT8

typedef __m512i sum;
// The sums of a tile: 16 columns (one gate) to a register.
typedef sum tile[ANIMO_TILE_ROWS][ANIMO_GATES];

PIECE sum dot(sum to, __m512i activation, __m512i line) {
  return _mm512_dpbusd_epi32(to, activation, line);
}

PIECE const struct animo_int8_header *as_header(const char *block) {
  return (const struct animo_int8_header *)block;
}

PIECE sum first_sum(const char *header, int column) {
  return _mm512_load_si512(as_header(header)->offset + column);
}

PIECE sum step_sum(const float *start, const char *header, int column) {
  (void)start;
  return first_sum(header, column);
}

PIECE void finish_product(const sum sums[ANIMO_GATES], const char *header, const float *scales, ptrdiff_t row,
                          float *out) {
  const __m512 row_scale = _mm512_set1_ps(scales[row]);
  UNROLLED for (int part = 0; part < ANIMO_GATES; part++) {
    const int column = part * ANIMO_LANES;
    const __m512 scale = _mm512_mul_ps(_mm512_load_ps(as_header(header)->scale + column), row_scale);
    const __m512 bias = _mm512_load_ps(as_header(header)->bias + column);
    _mm512_storeu_ps(out + column, _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[part]), scale, bias));
  }
}

// p(x) of quantised.h.
PIECE __m512 power_of_two(__m512 x) {
  // min gives its second operand when one is a NaN.
  x = _mm512_min_ps(x, _mm512_set1_ps(ANIMO_POWER_LIMIT));
  const __m512 r = _mm512_reduce_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 p = _mm512_set1_ps(ANIMO_P4);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ANIMO_P3));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ANIMO_P2));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(ANIMO_P1));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1));
  return _mm512_scalef_ps(p, _mm512_sub_ps(x, r));
}

// What a row's cell is computed from: c' = divided / divisor, and O of quantised.h.
struct gates {
  __m512 divided;
  __m512 divisor;
  __m512 o;
};

PIECE struct gates open_gates(const sum sums[ANIMO_GATES], const char *header, const float *start,
                              const float *cell) {
  const __m512 one = _mm512_set1_ps(1);
  __m512 p[ANIMO_GATES];
  UNROLLED for (int gate = 0; gate < ANIMO_GATES; gate++) {
    const int column = gate * ANIMO_LANES;
    p[gate] = power_of_two(_mm512_fmadd_ps(_mm512_cvtepi32_ps(sums[gate]),
                                           _mm512_load_ps(as_header(header)->scale + column),
                                           _mm512_loadu_ps(start + column)));
  }
  const __m512 f = _mm512_add_ps(one, p[1]);
  const __m512 ig = _mm512_mul_ps(_mm512_add_ps(one, p[0]), _mm512_add_ps(one, p[2]));
  const __m512 added = _mm512_mul_ps(_mm512_sub_ps(one, p[2]), f);
  return (struct gates){_mm512_fmadd_ps(_mm512_loadu_ps(cell), ig, added), _mm512_mul_ps(f, ig),
                        _mm512_add_ps(one, p[3])};
}

// h of a row from its new c.
PIECE __m512 close_gate(__m512 c, __m512 o) {
  const __m512 one = _mm512_set1_ps(1);
  const __m512 p = power_of_two(_mm512_mul_ps(c, _mm512_set1_ps(ANIMO_TANH_FACTOR)));
  return _mm512_div_ps(_mm512_sub_ps(one, p), _mm512_mul_ps(o, _mm512_add_ps(one, p)));
}

// Row after row would wait for its own two divisions; stage after stage, the rows wait together.
PIECE void finish_step(const int rows, tile sums, const char *header, const struct animo_step_rows *all,
                       ptrdiff_t block, ptrdiff_t first) {
  const ptrdiff_t unit = block * ANIMO_LANES;
  struct gates gates[ANIMO_TILE_ROWS];
  UNROLLED for (int row = 0; row < rows; row++) {
    const float *start = animo_start_of(all, first + row, block);
    gates[row] = open_gates(sums[row], header, start, all->cell + (first + row) * all->cell_stride + unit);
  }
  __m512 h[ANIMO_TILE_ROWS];
  UNROLLED for (int row = 0; row < rows; row++) {
    const __m512 c = _mm512_div_ps(gates[row].divided, gates[row].divisor);
    _mm512_storeu_ps(all->cell + (first + row) * all->cell_stride + unit, c);
    h[row] = close_gate(c, gates[row].o);
  }
  UNROLLED for (int row = 0; row < rows; row++) {
    const __m512i codes = _mm512_cvtps_epi32(_mm512_mul_ps(h[row], _mm512_set1_ps(ANIMO_STATE_UNIT)));
    uint8_t *output = (uint8_t *)((uint32_t *)all->output + (first + row) * all->output_stride) + unit;
    _mm_storeu_si128((__m128i *)output,
                     _mm512_cvtepi32_epi8(_mm512_add_epi32(codes, _mm512_set1_epi32(128))));
    if (all->answers) _mm512_storeu_ps(all->answers + (first + row) * all->answers_stride + unit, h[row]);
  }
}

#include "avx512-loops.h"

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vnni");
}

const struct animo_kernels animo_avx512_int8 = {
    .name = "avx512-int8",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
