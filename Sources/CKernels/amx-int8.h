// The loops of 8-bit codes on tiles (AMX): included by avx512-amx-int8.c, and by a test that multiplies tiles
// in plain C. Before including:
//
//   TARGET                         the instructions, as a function attribute
//   CONFIGURE_TILES(tiles)         sets the shapes of all tiles, from a struct tile_shapes
//   RELEASE_TILES()                forgets them
//   LOAD_TILE(tile, start, stride) reads the rows of a tile, `stride` bytes apart
//   STORE_TILE(tile, start, stride)
//   MULTIPLY_TILES(sums, a, b)     sums[row][column] += Σ over k and byte of a[row][4k + byte] ·
//                                  b[k][4 · column + byte]: unsigned bytes times signed ones
//
// `tile` is a number that is written in place, 0 to 7.
//
// A tile has up to 16 rows of up to 64 bytes. 16 lines of packed weights × 16 columns are one as they lie,
// and so are 16 words × up to 16 rows of activations. Activations are unsigned, code + 128; the sums start
// from the header's offset, which takes 128 times the weights off again. A tile of sums of each of a block's
// four gates is kept; sums go through memory to the gates, which are computed number by number.
#include "plain-int8-gates.h"

#define PIECE TARGET static inline __attribute__((always_inline))

enum {
  // Rows of a tile, and words of one of its rows.
  TILE_SIDE = 16,
  TILE_BYTES = 4 * TILE_SIDE,
};

// What LDTILECFG reads (Intel, Software Developer's Manual, volume 1, chapter 18).
struct tile_shapes {
  uint8_t palette;
  uint8_t start_row;
  uint8_t reserved[14];
  uint16_t bytes[16];  // of a row of each tile
  uint8_t rows[16];
};

// The tiles: sums of the four gates, then activations and weights of 16 words, and of the words that are left
// over at the end.
enum { ACTIVATIONS = 4, WEIGHTS = 5, LAST_ACTIVATIONS = 6, LAST_WEIGHTS = 7 };

// The sums of a block for the rows of a tile.
typedef int32_t tile_sums[TILE_SIDE][ANIMO_COLUMNS];

// How rows are cut: into as few tiles as can be, all equally high, so that their shapes are set once. The
// last begins within the one before if it must; those sums are computed twice and used once.
struct cut {
  ptrdiff_t count;
  ptrdiff_t tiles;
  ptrdiff_t height;
};

// Cuts `count` rows, at least one, and sets the shapes of all tiles for as many words.
TARGET static struct cut shape_tiles(ptrdiff_t count, ptrdiff_t words) {
  const ptrdiff_t tiles = animo_blocks(count, TILE_SIDE);
  const struct cut cut = {count, tiles, animo_blocks(count, tiles)};
  // Those of the end have a shape also where there is no end.
  const ptrdiff_t rest = words % TILE_SIDE ? words % TILE_SIDE : TILE_SIDE;
  struct tile_shapes shapes = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    shapes.rows[tile] = (uint8_t)cut.height;
    shapes.bytes[tile] = TILE_BYTES;
  }
  shapes.rows[WEIGHTS] = TILE_SIDE;
  shapes.rows[LAST_WEIGHTS] = (uint8_t)rest;
  shapes.bytes[LAST_ACTIVATIONS] = (uint16_t)(4 * rest);
  CONFIGURE_TILES(&shapes);
  return cut;
}

// The rows from `first` to `end` are a tile's own; its sums begin with those of row `sums`.
struct tile_rows {
  ptrdiff_t first, end;
  ptrdiff_t sums;
};

TARGET static struct tile_rows rows_of_tile(struct cut cut, ptrdiff_t tile) {
  const ptrdiff_t first = tile * cut.height, last = cut.count - cut.height;
  if (first < last) return (struct tile_rows){first, first + cut.height, first};
  return (struct tile_rows){first, cut.count, last};
}

// Adds the products of some words of the rows to the sums of all four gates. A macro, as a tile is a number
// that is written in place.
#define ADD_PRODUCTS(activations, weights, input, stride, line)  \
  do {                                                           \
    LOAD_TILE(activations, input, 4 * (stride));                 \
    LOAD_TILE(weights, line, ANIMO_LINE);                        \
    MULTIPLY_TILES(0, activations, weights);                     \
    LOAD_TILE(weights, (line) + TILE_BYTES, ANIMO_LINE);         \
    MULTIPLY_TILES(1, activations, weights);                     \
    LOAD_TILE(weights, (line) + 2 * TILE_BYTES, ANIMO_LINE);     \
    MULTIPLY_TILES(2, activations, weights);                     \
    LOAD_TILE(weights, (line) + 3 * TILE_BYTES, ANIMO_LINE);     \
    MULTIPLY_TILES(3, activations, weights);                     \
  } while (0)

// sums = offsets + activations · weights, for the rows of a tile and the 64 columns of a block.
PIECE void add_tiles(const char *header, ptrdiff_t words, const uint32_t *input, ptrdiff_t stride,
                     tile_sums sums) {
  const int32_t *offset = as_header(header)->offset;
  const char *line = header + ANIMO_HEADER_INT8;
  // Every row starts from the same numbers.
  LOAD_TILE(0, offset, 0);
  LOAD_TILE(1, offset + ANIMO_LANES, 0);
  LOAD_TILE(2, offset + 2 * ANIMO_LANES, 0);
  LOAD_TILE(3, offset + 3 * ANIMO_LANES, 0);
  ptrdiff_t word = 0;
  for (; word + TILE_SIDE <= words; word += TILE_SIDE, line += TILE_SIDE * ANIMO_LINE) {
    ADD_PRODUCTS(ACTIVATIONS, WEIGHTS, input + word, stride, line);
  }
  if (word < words) ADD_PRODUCTS(LAST_ACTIVATIONS, LAST_WEIGHTS, input + word, stride, line);
  STORE_TILE(0, sums[0], ANIMO_LINE);
  STORE_TILE(1, sums[0] + ANIMO_LANES, ANIMO_LINE);
  STORE_TILE(2, sums[0] + 2 * ANIMO_LANES, ANIMO_LINE);
  STORE_TILE(3, sums[0] + 3 * ANIMO_LANES, ANIMO_LINE);
}

TARGET static void product(const struct animo_weights *weights, const struct animo_product_rows *rows) {
  if (rows->count == 0) return;
  const struct cut cut = shape_tiles(rows->count, weights->words);
  tile_sums sums;
  for (ptrdiff_t index = 0; index < weights->blocks * cut.tiles; index++) {
    const ptrdiff_t block = index / cut.tiles;
    const struct tile_rows tile = rows_of_tile(cut, index % cut.tiles);
    const char *header = animo_block(weights, block);
    add_tiles(header, weights->words, rows->input + tile.sums * rows->input_stride, rows->input_stride, sums);
    for (ptrdiff_t row = tile.first; row < tile.end; row++) {
      float *out = rows->output + row * rows->output_stride + block * rows->output_block_stride;
      for (ptrdiff_t column = 0; column < ANIMO_COLUMNS; column += ANIMO_LANES) {
        finish_product(sums[row - tile.sums] + column, header + 4 * column, rows->scales, row, out + column);
      }
    }
  }
  RELEASE_TILES();
}

TARGET static void step(const struct animo_weights *weights, const struct animo_step_rows *rows) {
  if (rows->count == 0) return;
  const struct cut cut = shape_tiles(rows->count, weights->words);
  tile_sums sums;
  for (ptrdiff_t index = 0; index < weights->blocks * cut.tiles; index++) {
    const ptrdiff_t number = index / cut.tiles;
    const ptrdiff_t block = rows->backwards ? weights->blocks - 1 - number : number;
    const struct tile_rows tile = rows_of_tile(cut, index % cut.tiles);
    const char *header = animo_block(weights, block);
    add_tiles(header, weights->words, rows->state + tile.sums * rows->state_stride, rows->state_stride, sums);
    for (ptrdiff_t row = tile.first; row < tile.end; row++) {
      const float *start = animo_start_of(rows, row, block);
      float z[ANIMO_GATES][ANIMO_LANES];
      for (ptrdiff_t gate = 0; gate < ANIMO_GATES; gate++) {
        const ptrdiff_t column = gate * ANIMO_LANES;
        finish_sums(sums[row - tile.sums] + column, start + column, header + 4 * column, z[gate]);
      }
      finish_step(z, rows, row, block * ANIMO_LANES);
    }
  }
  RELEASE_TILES();
}
