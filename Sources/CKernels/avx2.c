// Single precision on AVX2 and FMA: 16 registers hold a tile of 6 rows × 16 columns (twelve sums, two
// weights, one activation). A block's four groups of 16 columns are taken one after the other, each a whole
// cache line of the packed weights, and meet again in a small array on the stack where the gates are applied.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE AVX2 static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

// Floats of one register, and registers for 16 columns.
enum { WIDTH = 8, HALVES = ANIMO_LANES / WIDTH };

// The sums of a tile: 16 columns in two registers.
typedef __m256 tile[ANIMO_TILE_ROWS][HALVES];

// The sums of a whole block for the rows of a tile, as they wait for their gates.
typedef float block_sums[ANIMO_TILE_ROWS][ANIMO_COLUMNS];

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

// Every row of the tile starts at the bias.
PIECE void start(const int rows, const float *bias, tile sums) {
  UNROLLED for (int row = 0; row < rows; row++) {
    sums[row][0] = _mm256_load_ps(bias);
    sums[row][1] = _mm256_load_ps(bias + WIDTH);
  }
}

// sums += x · weights, for `rows` rows and 16 columns.
PIECE void add_products(const int rows, ptrdiff_t depth, const float *x, ptrdiff_t stride,
                        const float *weights, tile sums) {
  for (ptrdiff_t k = 0; k < depth; k++, weights += ANIMO_COLUMNS) {
    const __m256 low = _mm256_load_ps(weights);
    const __m256 high = _mm256_load_ps(weights + WIDTH);
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m256 activation = _mm256_set1_ps(x[row * stride + k]);
      sums[row][0] = _mm256_fmadd_ps(activation, low, sums[row][0]);
      sums[row][1] = _mm256_fmadd_ps(activation, high, sums[row][1]);
    }
  }
}

// e^x, x held to ±ANIMO_CLIP; a NaN becomes the lower end. See versions.h for the method and its error.
PIECE __m256 exponential(__m256 x) {
  // max and min give their second operand when one is NaN.
  x = _mm256_max_ps(x, _mm256_set1_ps(-ANIMO_CLIP));
  x = _mm256_min_ps(x, _mm256_set1_ps(ANIMO_CLIP));
  const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(ANIMO_LOG2_E)),
                                   _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(ANIMO_LN2_HIGH), x);
  r = _mm256_fnmadd_ps(n, _mm256_set1_ps(ANIMO_LN2_LOW), r);
  __m256 q = _mm256_set1_ps(ANIMO_Q4);
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(ANIMO_Q3));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(ANIMO_Q2));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(ANIMO_Q1));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(ANIMO_Q0));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(1));
  q = _mm256_fmadd_ps(q, r, _mm256_set1_ps(1));
  // Times 2^n: n added to the exponent, 23 bits up. |n| ≤ 58, so nothing overflows or goes subnormal.
  return _mm256_castsi256_ps(
      _mm256_add_epi32(_mm256_castps_si256(q), _mm256_slli_epi32(_mm256_cvtps_epi32(n), 23)));
}

// e^-x, for the logistic function.
PIECE __m256 falling_exponential(__m256 x) {
  return exponential(_mm256_sub_ps(_mm256_setzero_ps(), x));
}

// σ(a) · tanh(b) = (1 - e^-2b) / ((1 + e^-a)(1 + e^-2b)): one division for two functions. Absolute error
// below 3e-7.
PIECE __m256 gated_tanh(__m256 a, __m256 b) {
  const __m256 one = _mm256_set1_ps(1);
  const __m256 ea = falling_exponential(a);
  const __m256 eb = falling_exponential(_mm256_add_ps(b, b));
  return _mm256_div_ps(_mm256_sub_ps(one, eb), _mm256_mul_ps(_mm256_add_ps(one, ea), _mm256_add_ps(one, eb)));
}

// The cell of 8 units of one row from the sums of their gates: c in place, h to `output`.
PIECE void update_cell(const float *z, float *cell, float *output) {
  const __m256 i = _mm256_loadu_ps(z);
  const __m256 f = _mm256_loadu_ps(z + ANIMO_LANES);
  const __m256 g = _mm256_loadu_ps(z + 2 * ANIMO_LANES);
  const __m256 o = _mm256_loadu_ps(z + 3 * ANIMO_LANES);
  const __m256 forget = _mm256_add_ps(_mm256_set1_ps(1), falling_exponential(f));
  const __m256 kept = _mm256_div_ps(_mm256_loadu_ps(cell), forget);
  const __m256 c = _mm256_add_ps(kept, gated_tanh(i, g));
  _mm256_storeu_ps(cell, c);
  _mm256_storeu_ps(output, gated_tanh(o, c));
}

// The sums of `rows` rows from `first`, for one block of 16 units.
PIECE void lstm_sums(const int rows, const struct animo_lstm *layer, const struct animo_lstm_rows *all,
                     ptrdiff_t block, ptrdiff_t first, block_sums z) {
  const float *block_start = layer->packed + block * animo_block_size(layer->inputs + layer->units);
  for (int gate = 0; gate < ANIMO_GATES; gate++) {
    const float *bias = block_start + gate * ANIMO_LANES;
    const float *from_input = bias + ANIMO_COLUMNS;
    const float *from_state = from_input + layer->inputs * ANIMO_COLUMNS;
    tile sums;
    start(rows, bias, sums);
    add_products(rows, layer->inputs, all->input + first * all->input_stride, all->input_stride, from_input,
                 sums);
    add_products(rows, layer->units, all->state + first * all->state_stride, all->state_stride, from_state,
                 sums);
    UNROLLED for (int row = 0; row < rows; row++) {
      _mm256_storeu_ps(&z[row][gate * ANIMO_LANES], sums[row][0]);
      _mm256_storeu_ps(&z[row][gate * ANIMO_LANES + WIDTH], sums[row][1]);
    }
  }
}

// One step of up to six rows from `first`, for one block of 16 units.
AVX2 static void lstm_tile(int rows, const struct animo_lstm *layer, const struct animo_lstm_rows *all,
                           ptrdiff_t block, ptrdiff_t first) {
  block_sums z;
  switch (rows) {
    case 1: lstm_sums(1, layer, all, block, first, z); break;
    case 2: lstm_sums(2, layer, all, block, first, z); break;
    case 3: lstm_sums(3, layer, all, block, first, z); break;
    case 4: lstm_sums(4, layer, all, block, first, z); break;
    case 5: lstm_sums(5, layer, all, block, first, z); break;
    default: lstm_sums(ANIMO_TILE_ROWS, layer, all, block, first, z); break;
  }
  for (int row = 0; row < rows; row++) {
    float *cell = all->cell + (first + row) * all->cell_stride + block * ANIMO_LANES;
    float *output = all->output + (first + row) * all->output_stride + block * ANIMO_LANES;
    for (int lane = 0; lane < ANIMO_LANES; lane += WIDTH) {
      update_cell(&z[row][lane], cell + lane, output + lane);
    }
  }
}

AVX2 static void lstm_step(const struct animo_lstm *layer, const struct animo_lstm_rows *rows) {
  for (ptrdiff_t block = 0; block < animo_blocks(layer->units, ANIMO_LANES); block++) {
    for (ptrdiff_t row = 0; row < rows->count; row += ANIMO_TILE_ROWS) {
      const ptrdiff_t left = rows->count - row;
      lstm_tile(left < ANIMO_TILE_ROWS ? (int)left : ANIMO_TILE_ROWS, layer, rows, block, row);
    }
  }
}

// `rows` rows from `first` of 16 outputs: a quarter of a block.
PIECE void linear_tile(const int rows, const struct animo_linear *layer, const struct animo_linear_rows *all,
                       ptrdiff_t output, ptrdiff_t first) {
  const float *bias =
      layer->packed + (output / ANIMO_COLUMNS) * animo_block_size(layer->inputs) + output % ANIMO_COLUMNS;
  tile sums;
  start(rows, bias, sums);
  add_products(rows, layer->inputs, all->input + first * all->input_stride, all->input_stride,
               bias + ANIMO_COLUMNS, sums);
  UNROLLED for (int row = 0; row < rows; row++) {
    float *out = all->output + (first + row) * all->output_stride + output;
    UNROLLED for (int half = 0; half < HALVES; half++) {
      const __m256 y = sums[row][half];
      _mm256_storeu_ps(out + half * WIDTH, layer->rectify ? _mm256_max_ps(y, _mm256_setzero_ps()) : y);
    }
  }
}

AVX2 static void linear(const struct animo_linear *layer, const struct animo_linear_rows *rows) {
  for (ptrdiff_t output = 0; output < layer->outputs; output += ANIMO_LANES) {
    ptrdiff_t row = 0;
    for (; row + ANIMO_TILE_ROWS <= rows->count; row += ANIMO_TILE_ROWS) {
      linear_tile(ANIMO_TILE_ROWS, layer, rows, output, row);
    }
    for (; row < rows->count; row++) linear_tile(1, layer, rows, output, row);
  }
}

const struct animo_kernels animo_avx2 = {
    .name = "avx2",
    .runs_here = runs_here,
    .packed_lstm_size = animo_packed_lstm_size,
    .pack_lstm = animo_pack_lstm,
    .lstm_step = lstm_step,
    .packed_linear_size = animo_packed_linear_size,
    .pack_linear = animo_pack_linear,
    .linear = linear,
};

#endif
