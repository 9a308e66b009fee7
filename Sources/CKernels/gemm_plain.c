// The reference product, in plain C: what it says is what all versions mean, up to rounding.
#define TARGET
#include "gemm_pack_panel.h"

PACK_PANEL(pack_floats, FLOATS)
PACK_PANEL(pack_rounded, ROUNDED_FLOATS)

static bool runs_here(void) { return true; }

enum { TILE_ROWS = 4, TILE_COLUMNS = 16 };

static void multiply_tile(ptrdiff_t rows, const struct animo_gemm_tile *tile) {
  for (ptrdiff_t row = 0; row < rows; row++) {
    float sums[TILE_COLUMNS] = {0};
    for (ptrdiff_t k = 0; k < tile->groups; k++) {
      const float a = animo_number(tile->left[k * tile->left_width + row]);
      for (ptrdiff_t column = 0; column < TILE_COLUMNS; column++) {
        sums[column] += a * animo_number(tile->right[k * TILE_COLUMNS + column]);
      }
    }
    float *output = tile->output + row * tile->stride;
    for (ptrdiff_t column = 0; column < tile->columns; column++) {
      output[column] = tile->accumulate ? output[column] + sums[column] : sums[column];
    }
  }
}

#define VERSION(operands, pack)                                                                 \
  {                                                                                             \
    .name = "plain", .precision = operands, .runs_here = runs_here, .tile_rows = TILE_ROWS,     \
    .tile_columns = TILE_COLUMNS, .group = 1, .pack_panel = pack, .multiply_tile = multiply_tile \
  }

const struct animo_gemm animo_gemm_plain_float32 = VERSION(ANIMO_GEMM_FLOAT32, pack_floats);
const struct animo_gemm animo_gemm_plain_bfloat16 = VERSION(ANIMO_GEMM_BFLOAT16, pack_rounded);
