// Single precision on AVX-512: a tile of 6 rows × 64 columns lives in 24 of the 32 registers, four more hold
// the weights of one k, and each weight that is loaded serves six rows: 24 fused multiply-adds per ten loads.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f")))
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE AVX512 static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

// The sums of a tile: 16 columns (one gate) to a register.
typedef __m512 tile[ANIMO_TILE_ROWS][ANIMO_GATES];

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f");
}

// Every row of the tile starts at the bias.
PIECE void start(const int rows, const float *bias, tile sums) {
  UNROLLED for (int row = 0; row < rows; row++) {
    UNROLLED for (int gate = 0; gate < ANIMO_GATES; gate++) {
      sums[row][gate] = _mm512_load_ps(bias + gate * ANIMO_LANES);
    }
  }
}

// sums += x · weights, for `rows` rows and 64 columns.
PIECE void add_products(const int rows, ptrdiff_t depth, const float *x, ptrdiff_t stride,
                        const float *weights, tile sums) {
  for (ptrdiff_t k = 0; k < depth; k++, weights += ANIMO_COLUMNS) {
    const __m512 i = _mm512_load_ps(weights);
    const __m512 f = _mm512_load_ps(weights + ANIMO_LANES);
    const __m512 g = _mm512_load_ps(weights + 2 * ANIMO_LANES);
    const __m512 o = _mm512_load_ps(weights + 3 * ANIMO_LANES);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m512 activation = _mm512_set1_ps(x[row * stride + k]);
      sums[row][0] = _mm512_fmadd_ps(activation, i, sums[row][0]);
      sums[row][1] = _mm512_fmadd_ps(activation, f, sums[row][1]);
      sums[row][2] = _mm512_fmadd_ps(activation, g, sums[row][2]);
      sums[row][3] = _mm512_fmadd_ps(activation, o, sums[row][3]);
    }
  }
}

// e^x, x held to ±ANIMO_CLIP; a NaN becomes the lower end. See versions.h for the method and its error.
PIECE __m512 exponential(__m512 x) {
  // max and min give their second operand when one is NaN.
  x = _mm512_max_ps(x, _mm512_set1_ps(-ANIMO_CLIP));
  x = _mm512_min_ps(x, _mm512_set1_ps(ANIMO_CLIP));
  const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(ANIMO_LOG2_E)),
                                        _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(ANIMO_LN2_HIGH), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(ANIMO_LN2_LOW), r);
  __m512 q = _mm512_set1_ps(ANIMO_Q4);
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(ANIMO_Q3));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(ANIMO_Q2));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(ANIMO_Q1));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(ANIMO_Q0));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(1));
  q = _mm512_fmadd_ps(q, r, _mm512_set1_ps(1));
  return _mm512_scalef_ps(q, n);
}

// e^-x, for the logistic function.
PIECE __m512 falling_exponential(__m512 x) {
  return exponential(_mm512_sub_ps(_mm512_setzero_ps(), x));
}

// σ(a) · tanh(b) = (1 - e^-2b) / ((1 + e^-a)(1 + e^-2b)): one division for two functions. Absolute error
// below 3e-7.
PIECE __m512 gated_tanh(__m512 a, __m512 b) {
  const __m512 one = _mm512_set1_ps(1);
  const __m512 ea = falling_exponential(a);
  const __m512 eb = falling_exponential(_mm512_add_ps(b, b));
  return _mm512_div_ps(_mm512_sub_ps(one, eb), _mm512_mul_ps(_mm512_add_ps(one, ea), _mm512_add_ps(one, eb)));
}

// The cell of 16 units of one row from the sums of their gates: c in place, h to `output`.
PIECE void update_cell(const __m512 z[ANIMO_GATES], float *cell, float *output) {
  const __m512 forget = _mm512_add_ps(_mm512_set1_ps(1), falling_exponential(z[1]));
  const __m512 kept = _mm512_div_ps(_mm512_loadu_ps(cell), forget);
  const __m512 c = _mm512_add_ps(kept, gated_tanh(z[0], z[2]));
  _mm512_storeu_ps(cell, c);
  _mm512_storeu_ps(output, gated_tanh(z[3], c));
}

// One step of `rows` rows from `first`, for one block of 16 units.
PIECE void lstm_tile(const int rows, const struct animo_lstm *layer, const struct animo_lstm_rows *all,
                     ptrdiff_t block, ptrdiff_t first) {
  const float *bias = layer->packed + block * animo_block_size(layer->inputs + layer->units);
  const float *from_input = bias + ANIMO_COLUMNS;
  const float *from_state = from_input + layer->inputs * ANIMO_COLUMNS;
  tile sums;
  start(rows, bias, sums);
  add_products(rows, layer->inputs, all->input + first * all->input_stride, all->input_stride, from_input,
               sums);
  add_products(rows, layer->units, all->state + first * all->state_stride, all->state_stride, from_state,
               sums);
  UNROLLED for (int row = 0; row < rows; row++) {
    update_cell(sums[row], all->cell + (first + row) * all->cell_stride + block * ANIMO_LANES,
                all->output + (first + row) * all->output_stride + block * ANIMO_LANES);
  }
}

AVX512 static void lstm_step(const struct animo_lstm *layer, const struct animo_lstm_rows *rows) {
  for (ptrdiff_t block = 0; block < animo_blocks(layer->units, ANIMO_LANES); block++) {
    ptrdiff_t row = 0;
    for (; row + ANIMO_TILE_ROWS <= rows->count; row += ANIMO_TILE_ROWS) {
      lstm_tile(ANIMO_TILE_ROWS, layer, rows, block, row);
    }
    switch (rows->count - row) {
      case 1: lstm_tile(1, layer, rows, block, row); break;
      case 2: lstm_tile(2, layer, rows, block, row); break;
      case 3: lstm_tile(3, layer, rows, block, row); break;
      case 4: lstm_tile(4, layer, rows, block, row); break;
      case 5: lstm_tile(5, layer, rows, block, row); break;
      default: break;
    }
  }
}

// `rows` rows from `first` of one block of 64 outputs.
PIECE void linear_tile(const int rows, const struct animo_linear *layer, const struct animo_linear_rows *all,
                       ptrdiff_t block, ptrdiff_t first) {
  const float *bias = layer->packed + block * animo_block_size(layer->inputs);
  tile sums;
  start(rows, bias, sums);
  add_products(rows, layer->inputs, all->input + first * all->input_stride, all->input_stride,
               bias + ANIMO_COLUMNS, sums);
  UNROLLED for (int row = 0; row < rows; row++) {
    float *out = all->output + (first + row) * all->output_stride;
    UNROLLED for (int part = 0; part < ANIMO_GATES; part++) {
      const ptrdiff_t output = block * ANIMO_COLUMNS + part * ANIMO_LANES;
      const __m512 y = sums[row][part];
      if (output >= layer->outputs) break;
      _mm512_storeu_ps(out + output, layer->rectify ? _mm512_max_ps(y, _mm512_setzero_ps()) : y);
    }
  }
}

AVX512 static void linear(const struct animo_linear *layer, const struct animo_linear_rows *rows) {
  for (ptrdiff_t block = 0; block < animo_blocks(layer->outputs, ANIMO_COLUMNS); block++) {
    ptrdiff_t row = 0;
    for (; row + ANIMO_TILE_ROWS <= rows->count; row += ANIMO_TILE_ROWS) {
      linear_tile(ANIMO_TILE_ROWS, layer, rows, block, row);
    }
    for (; row < rows->count; row++) linear_tile(1, layer, rows, block, row);
  }
}

const struct animo_kernels animo_avx512 = {
    .name = "avx512",
    .runs_here = runs_here,
    .packed_lstm_size = animo_packed_lstm_size,
    .pack_lstm = animo_pack_lstm,
    .lstm_step = lstm_step,
    .packed_linear_size = animo_packed_linear_size,
    .pack_linear = animo_pack_linear,
    .linear = linear,
};

#endif
