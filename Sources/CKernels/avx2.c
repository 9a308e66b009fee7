// Single precision on AVX2 and FMA.
//
// A tile of 6 rows × 16 columns stays in 12 of the 16 registers. It multiplies as fast as the registers can
// only if its weights come from the first-level cache, so the depth is cut into pieces: of 16 columns of a
// piece the first tile puts the weights side by side in 16 KiB, and all further tiles read them there. Sums
// wait in memory between the pieces; that rounds nothing, so a row's sums are one chain all the same.
#include "versions.h"
#if ANIMO_X86

#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2,fma")))
// A piece of a larger loop: inlined, so that constant row counts unroll and tiles stay in registers.
#define PIECE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")
#define KIND ANIMO_FP32

enum {
  // Floats of one register, and registers for 16 columns.
  WIDTH = 8,
  HALVES = ANIMO_LANES / WIDTH,
  // The most words of a piece of the depth.
  PIECE_WORDS = 256,
  // The most rows of which a step computes the sums of a block before it applies the gates.
  STEP_ROWS = 16 * ANIMO_TILE_ROWS,
};

// Where the weights of 16 columns of a piece are, and where they go.
struct columns {
  ptrdiff_t words;
  const char *line;      // the first word's
  ptrdiff_t distance;    // bytes from one word's to the next
  float *kept;           // [words][16], the copy that the first tile makes
  struct animo_lines ahead;
};

// sums += activations · weights for `rows` rows of 16 columns of a piece; `keeps`: the weights are copied.
PIECE void add_products(const int rows, const bool keeps, const struct columns *columns, const float *x,
                        ptrdiff_t stride, float *sums, ptrdiff_t sums_stride) {
  __m256 sum[ANIMO_TILE_ROWS][HALVES];
  UNROLLED for (int row = 0; row < rows; row++) {
    sum[row][0] = _mm256_loadu_ps(sums + row * sums_stride);
    sum[row][1] = _mm256_loadu_ps(sums + row * sums_stride + WIDTH);
  }
  struct animo_lines ahead = columns->ahead;
  const char *line = columns->line;
  const ptrdiff_t distance = keeps ? columns->distance : (ptrdiff_t)sizeof(float) * ANIMO_LANES;
  float *kept = columns->kept;
  _Pragma("clang loop unroll_count(2)") for (ptrdiff_t word = 0; word < columns->words; word++) {
    animo_fetch(ahead);
    const __m256 low = _mm256_load_ps((const float *)line);
    const __m256 high = _mm256_load_ps((const float *)line + WIDTH);
    if (keeps) {
      _mm256_store_ps(kept, low);
      _mm256_store_ps(kept + WIDTH, high);
      kept += ANIMO_LANES;
    }
    UNROLLED for (int row = 0; row < rows; row++) {
      const __m256 activation = _mm256_broadcast_ss(x + row * stride + word);
      sum[row][0] = _mm256_fmadd_ps(activation, low, sum[row][0]);
      sum[row][1] = _mm256_fmadd_ps(activation, high, sum[row][1]);
    }
    line += distance;
    ahead.next += ahead.distance;
  }
  UNROLLED for (int row = 0; row < rows; row++) {
    _mm256_storeu_ps(sums + row * sums_stride, sum[row][0]);
    _mm256_storeu_ps(sums + row * sums_stride + WIDTH, sum[row][1]);
  }
}

PIECE void add_rows(ptrdiff_t rows, const bool keeps, const struct columns *columns, const float *x,
                    ptrdiff_t stride, float *sums, ptrdiff_t sums_stride) {
  switch (rows) {
    case 1: add_products(1, keeps, columns, x, stride, sums, sums_stride); break;
    case 2: add_products(2, keeps, columns, x, stride, sums, sums_stride); break;
    case 3: add_products(3, keeps, columns, x, stride, sums, sums_stride); break;
    case 4: add_products(4, keeps, columns, x, stride, sums, sums_stride); break;
    case 5: add_products(5, keeps, columns, x, stride, sums, sums_stride); break;
    default: add_products(ANIMO_TILE_ROWS, keeps, columns, x, stride, sums, sums_stride); break;
  }
}

// Activations and sums of some rows.
struct operands {
  ptrdiff_t count;
  const float *x;  // [count][words]
  ptrdiff_t stride;
  float *sums;  // [count][64], of one block
  ptrdiff_t sums_stride;
};

// sums += activations · words `first` … `end` of a block; `ahead` is what will be multiplied after them.
TARGET static void add_piece(const struct operands *rows, const char *lines, ptrdiff_t first,
                             ptrdiff_t end, const char *ahead) {
  _Alignas(ANIMO_ALIGNMENT) float kept[PIECE_WORDS * ANIMO_LANES];
  const ptrdiff_t tiles = animo_tile_count(rows->count);
  // What is next comes from the third-level cache: each tile asks for its share.
  const ptrdiff_t distance = animo_blocks(ANIMO_LINE, ANIMO_GATES * tiles);
  struct columns columns = {.words = end - first, .kept = kept, .ahead = {ahead, distance}};
  for (ptrdiff_t column = 0; column < ANIMO_COLUMNS; column += ANIMO_LANES) {
    columns.line = lines + first * ANIMO_LINE + 4 * column;
    columns.distance = ANIMO_LINE;
    for (ptrdiff_t tile = 0; tile < tiles; tile++) {
      const ptrdiff_t row = animo_tile_start(rows->count, tiles, tile);
      const ptrdiff_t height = animo_tile_start(rows->count, tiles, tile + 1) - row;
      const float *x = rows->x + row * rows->stride + first;
      float *sums = rows->sums + row * rows->sums_stride + column;
      if (tile == 0) {
        add_rows(height, true, &columns, x, rows->stride, sums, rows->sums_stride);
        columns.line = (const char *)kept;
      } else {
        add_rows(height, false, &columns, x, rows->stride, sums, rows->sums_stride);
      }
      columns.ahead.next += columns.words * distance;
    }
  }
}

// sums += activations · weights of a block; `next` is the block after it.
TARGET static void add_block(const struct operands *rows, const struct animo_weights *weights,
                             ptrdiff_t block, ptrdiff_t next) {
  if (rows->count == 0) return;  // add_piece divides by the tiles
  const char *lines = animo_block(weights, block) + ANIMO_HEADER_FLOAT;
  const bool is_needed = next >= 0 && next < weights->blocks;
  const ptrdiff_t pieces = animo_blocks(weights->words, PIECE_WORDS);
  for (ptrdiff_t piece = 0; piece < pieces; piece++) {
    const ptrdiff_t end = weights->words * (piece + 1) / pieces;
    const char *ahead = piece + 1 < pieces ? lines + end * ANIMO_LINE
                        : is_needed        ? animo_block(weights, next)
                                           : lines;
    add_piece(rows, lines, weights->words * piece / pieces, end, ahead);
  }
}

TARGET static void product(const struct animo_weights *weights, const struct animo_product_rows *rows) {
  for (ptrdiff_t block = 0; block < weights->blocks; block++) {
    const struct operands operands = {rows->count, (const float *)rows->input, rows->input_stride,
                                      rows->output + block * rows->output_block_stride, rows->output_stride};
    for (ptrdiff_t row = 0; row < rows->count; row++) {
      memcpy(operands.sums + row * operands.sums_stride, animo_block(weights, block), ANIMO_HEADER_FLOAT);
    }
    add_block(&operands, weights, block, block + 1);
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

// The cell of 8 units of one row from the sums of their gates.
PIECE void update_cell(const float *z, const struct animo_step_rows *rows, ptrdiff_t row, ptrdiff_t unit) {
  float *cell = rows->cell + row * rows->cell_stride + unit;
  const __m256 i = _mm256_loadu_ps(z);
  const __m256 f = _mm256_loadu_ps(z + ANIMO_LANES);
  const __m256 g = _mm256_loadu_ps(z + 2 * ANIMO_LANES);
  const __m256 o = _mm256_loadu_ps(z + 3 * ANIMO_LANES);
  const __m256 forget = _mm256_add_ps(_mm256_set1_ps(1), falling_exponential(f));
  const __m256 kept = _mm256_div_ps(_mm256_loadu_ps(cell), forget);
  const __m256 c = _mm256_add_ps(kept, gated_tanh(i, g));
  const __m256 h = gated_tanh(o, c);
  _mm256_storeu_ps(cell, c);
  _mm256_storeu_ps((float *)rows->output + row * rows->output_stride + unit, h);
  if (rows->answers) _mm256_storeu_ps(rows->answers + row * rows->answers_stride + unit, h);
}

// One step of `count` rows, at most STEP_ROWS, from `first`.
TARGET static void step_rows(const struct animo_weights *weights, const struct animo_step_rows *rows,
                             ptrdiff_t first, ptrdiff_t count) {
  _Alignas(ANIMO_ALIGNMENT) float z[STEP_ROWS][ANIMO_COLUMNS];
  const struct operands operands = {count, (const float *)rows->state + first * rows->state_stride,
                                    rows->state_stride, &z[0][0], ANIMO_COLUMNS};
  for (ptrdiff_t index = 0; index < weights->blocks; index++) {
    const ptrdiff_t block = rows->backwards ? weights->blocks - 1 - index : index;
    for (ptrdiff_t row = 0; row < count; row++) {
      memcpy(z[row], animo_start_of(rows, first + row, block), sizeof z[row]);
    }
    add_block(&operands, weights, block, rows->backwards ? block - 1 : block + 1);
    for (ptrdiff_t row = 0; row < count; row++) {
      for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane += WIDTH) {
        update_cell(&z[row][lane], rows, first + row, block * ANIMO_LANES + lane);
      }
    }
  }
}

TARGET static void step(const struct animo_weights *weights, const struct animo_step_rows *rows) {
  const ptrdiff_t parts = animo_blocks(rows->count, STEP_ROWS);
  for (ptrdiff_t part = 0; part < parts; part++) {
    const ptrdiff_t first = rows->count * part / parts;
    step_rows(weights, rows, first, rows->count * (part + 1) / parts - first);
  }
}

static bool runs_here(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct animo_kernels animo_avx2 = {
    .name = "avx2",
    .arithmetic = KIND,
    .runs_here = runs_here,
    .product = product,
    .step = step,
};

#endif
