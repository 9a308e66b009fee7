// The loops around the tiles, and which versions there are.
//
// For every block of the depth, for every set of one operand's panels that fits the second-level cache, for
// every panel of the other operand (which then is in the first-level cache): one tile for each panel of the
// set. Whether the panels that stay are the left or the right ones is the version's choice.
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
  // Bytes of panels that are kept in the second-level cache: of right ones half of the smallest that comes
  // with AVX-512 (1 MiB), of left ones less than half of the smallest of all (512 KiB), as the right ones
  // pass through it.
  RIGHT_SET = 512 << 10,
  LEFT_SET = 192 << 10,
};

// What is multiplied of one block of the depth.
struct pass {
  const struct animo_gemm *gemm;
  const struct animo_product *product;
  ptrdiff_t group;   // the first of this block
  ptrdiff_t groups;  // of this block
  ptrdiff_t first_panel, end_panel;  // of the right operand
};

// How many of the `count` panels of `lines` lines there are in a set: as few sets as fit, as even as
// possible.
static ptrdiff_t panels_of_set(const struct pass *pass, ptrdiff_t count, ptrdiff_t lines, ptrdiff_t bytes) {
  const ptrdiff_t panel_bytes = pass->groups * lines * (ptrdiff_t)sizeof(uint32_t);
  return animo_blocks(count, animo_blocks(count * panel_bytes, bytes));
}

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
      .ahead_step = left->width,
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

// All rows of the product for all right panels of the pass, set after set of right panels.
static void multiply_left_stays(const struct pass *pass) {
  const ptrdiff_t set = panels_of_set(pass, pass->end_panel - pass->first_panel, pass->gemm->tile_columns,
                                      RIGHT_SET);
  for (ptrdiff_t panel = pass->first_panel; panel < pass->end_panel; panel += set) {
    struct pass part = *pass;
    part.first_panel = panel;
    part.end_panel = animo_least(panel + set, pass->end_panel);
    multiply_rows(&part);
  }
}

// The left panels `from` … `to` times one right panel.
static void multiply_lefts(const struct pass *pass, ptrdiff_t from, ptrdiff_t to, ptrdiff_t panel) {
  const struct animo_product *product = pass->product;
  const ptrdiff_t tile_columns = pass->gemm->tile_columns;
  const ptrdiff_t width = product->left->width;
  // Each tile fetches its share of the next right panel, which comes from far away.
  const ptrdiff_t step = animo_blocks(tile_columns, to - from);
  struct animo_gemm_tile tile = {
      .groups = pass->groups,
      .right = animo_packed_panel(product->right, pass->group, pass->groups, panel),
      .ahead_step = step,
      .left_width = width,
      .stride = product->stride,
      .columns = animo_least(tile_columns, product->end_column - panel * tile_columns),
      .accumulate = product->accumulate || pass->group > 0,
  };
  tile.ahead = tile.right + pass->groups * tile_columns;
  float *column = product->output + panel * tile_columns - product->first_column;
  for (ptrdiff_t left = from; left < to; left++) {
    const ptrdiff_t first = animo_greatest(product->first_row, left * width);
    const ptrdiff_t end = animo_least(product->end_row, (left + 1) * width);
    tile.left = animo_packed_panel(product->left, pass->group, pass->groups, left) + (first - left * width);
    tile.output = column + (first - product->first_row) * product->stride;
    pass->gemm->multiply_tile(end - first, &tile);
    tile.ahead += step * pass->groups;
  }
}

// All rows of the product for all right panels of the pass, set after set of left panels.
static void multiply_right_stays(const struct pass *pass) {
  const ptrdiff_t width = pass->product->left->width;
  const ptrdiff_t first = pass->product->first_row / width;
  const ptrdiff_t end = animo_blocks(pass->product->end_row, width);
  const ptrdiff_t set = panels_of_set(pass, end - first, width, LEFT_SET);
  for (ptrdiff_t from = first; from < end; from += set) {
    for (ptrdiff_t panel = pass->first_panel; panel < pass->end_panel; panel++) {
      multiply_lefts(pass, from, animo_least(from + set, end), panel);
    }
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
    const ptrdiff_t groups = animo_least(depth.length, depth.groups - group);
    const struct pass pass = {gemm, product, group, groups, first_panel, end_panel};
    if (gemm->right_stays) {
      multiply_right_stays(&pass);
    } else {
      multiply_left_stays(&pass);
    }
  }
}
