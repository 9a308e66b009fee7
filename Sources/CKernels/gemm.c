// The loops around the tiles, and which versions there are.
//
// For every block of the depth, for every set of right panels that fits the second-level cache, for every
// left panel (which then is in the first-level cache): one tile for each right panel of the set.
#include "gemm_versions.h"

static const struct animo_gemm *const all_versions[] = {
#if ANIMO_X86
    &animo_gemm_avx512bf16_bfloat16,
    &animo_gemm_avx512_bfloat16,
    &animo_gemm_avx512_float32,
    &animo_gemm_avx2_bfloat16,
    &animo_gemm_avx2_float32,
#endif
    &animo_gemm_plain_bfloat16,
    &animo_gemm_plain_float32,
};

size_t animo_gemm_count(void) { return sizeof all_versions / sizeof all_versions[0]; }

const struct animo_gemm *animo_gemm_at(size_t index) { return all_versions[index]; }

enum {
  // Bytes of right panels that are kept in the second-level cache: half of the smallest of today (1 MiB).
  RIGHT_SET = 512 << 10,
};

// What one left panel of one block of the depth is multiplied with.
struct pass {
  const struct animo_gemm *gemm;
  const struct animo_product *product;
  ptrdiff_t group;   // the first of this block
  ptrdiff_t groups;  // of this block
  ptrdiff_t first_panel, end_panel;  // of the right operand
};

// Rows `first` … `end` of the product, all of one left panel, times all right panels of the pass.
static void multiply_panel(const struct pass *pass, ptrdiff_t first, ptrdiff_t end) {
  const struct animo_product *product = pass->product;
  const struct animo_packed *left = product->left;
  const ptrdiff_t tile_columns = pass->gemm->tile_columns;
  const uint32_t *block = animo_packed_panel(left, pass->group, pass->groups, first / left->width);
  struct animo_gemm_tile tile = {
      .groups = pass->groups,
      .left = block + first % left->width,
      // The first tile fetches the next left block, which comes from far away; the others what they have.
      .ahead = end < product->end_row ? block + pass->groups * left->width : block,
      .left_width = left->width,
      .stride = product->stride,
      .accumulate = product->accumulate || pass->group > 0,
  };
  float *row = product->output + (first - product->first_row) * product->stride;
  for (ptrdiff_t panel = pass->first_panel; panel < pass->end_panel; panel++) {
    tile.right = animo_packed_panel(product->right, pass->group, pass->groups, panel);
    tile.output = row + panel * tile_columns - product->first_column;
    tile.columns = animo_least(tile_columns, product->end_column - panel * tile_columns);
    pass->gemm->multiply_tile(end - first, &tile);
    tile.ahead = block;
  }
}

// All rows of the product for the right panels of the pass.
static void multiply_rows(const struct pass *pass) {
  const ptrdiff_t width = pass->product->left->width;
  ptrdiff_t first = pass->product->first_row;
  while (first < pass->product->end_row) {
    const ptrdiff_t end = animo_least(pass->product->end_row, (first / width + 1) * width);
    multiply_panel(pass, first, end);
    first = end;
  }
}

// C = 0, for a product over nothing.
static void clear(const struct animo_product *product) {
  const ptrdiff_t columns = product->end_column - product->first_column;
  for (ptrdiff_t row = 0; row < product->end_row - product->first_row; row++) {
    memset(product->output + row * product->stride, 0, sizeof(float) * (size_t)columns);
  }
}

void animo_gemm_multiply(const struct animo_gemm *gemm, const struct animo_product *product) {
  if (product->first_row >= product->end_row || product->first_column >= product->end_column) return;
  const struct animo_depth depth = animo_cut_depth(gemm, product->left->depth);
  if (depth.groups == 0 && !product->accumulate) clear(product);
  const ptrdiff_t first_panel = product->first_column / gemm->tile_columns;
  const ptrdiff_t end_panel = animo_blocks(product->end_column, gemm->tile_columns);
  for (ptrdiff_t group = 0; group < depth.groups; group += depth.length) {
    struct pass pass = {gemm, product, group, animo_least(depth.length, depth.groups - group), 0, 0};
    const ptrdiff_t panel_bytes = pass.groups * gemm->tile_columns * (ptrdiff_t)sizeof(uint32_t);
    // As few sets as fit, as even as possible.
    const ptrdiff_t sets = animo_blocks((end_panel - first_panel) * panel_bytes, RIGHT_SET);
    const ptrdiff_t set = animo_blocks(end_panel - first_panel, sets);
    for (ptrdiff_t panel = first_panel; panel < end_panel; panel += set) {
      pass.first_panel = panel;
      pass.end_panel = animo_least(panel + set, end_panel);
      multiply_rows(&pass);
    }
  }
}
