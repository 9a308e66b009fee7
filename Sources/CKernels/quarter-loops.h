// The loops of 8-bit codes on AVX2, and of the NEON sets: included by the file of each, which first says
// what differs:
//
//   TARGET                       the instructions, as a function attribute
//   KIND, WIDTH                  the arithmetic, and the numbers of one register
//   sum, tile                    the type of a register of sums, and those of up to 6 rows × 16 columns
//   add_products(…)              sums += activations · weights, for some rows and 16 columns
//   start_product, start_step    what the sums of a row start from
//   finish_product(…)            sums → numbers of one row
//   finish_sums(…)               sums of a step → z of one gate
//   update_cell(…)               z → c and h of some units of one row
//
// A tile stays in registers. A block's four groups of 16 columns are taken one after the other, each a whole
// cache line of every line of weights, and meet again in a small array on the stack where the gates are
// applied.

// The numbers of a whole block for the rows of a tile, as they wait for their gates.
typedef float block_numbers[ANIMO_TILE_ROWS][ANIMO_COLUMNS];

// `rows` rows from `first` of 16 columns of a product.
PIECE void product_tile(const int rows, const struct animo_weights *weights,
                        const struct animo_product_rows *all, ptrdiff_t block, ptrdiff_t column,
                        ptrdiff_t first, struct animo_lines ahead) {
  const char *header = animo_block(weights, block) + 4 * column;
  tile sums;
  UNROLLED for (int row = 0; row < rows; row++) start_product(header, sums[row]);
  add_products(rows, weights, all->input + first * all->input_stride, all->input_stride,
               animo_quarter(weights, block, column), ahead, sums);
  UNROLLED for (int row = 0; row < rows; row++) {
    float *out = all->output + (first + row) * all->output_stride + block * all->output_block_stride;
    finish_product(sums[row], header, all->scales, first + row, out + column);
  }
}

TARGET static void product(const struct animo_weights *weights, const struct animo_product_rows *rows) {
  const ptrdiff_t tiles = animo_tile_count(rows->count);
  for (ptrdiff_t index = 0; index < weights->blocks * ANIMO_GATES * tiles; index++) {
    const ptrdiff_t block = index / tiles / ANIMO_GATES;
    const ptrdiff_t column = index / tiles % ANIMO_GATES * ANIMO_LANES;
    const ptrdiff_t first = animo_tile_start(rows->count, tiles, index % tiles);
    const struct animo_lines ahead = animo_lines_ahead(weights, block, block + 1, ANIMO_GATES * tiles,
                                                       index % (ANIMO_GATES * tiles));
    switch (animo_tile_start(rows->count, tiles, index % tiles + 1) - first) {
      case 1: product_tile(1, weights, rows, block, column, first, ahead); break;
      case 2: product_tile(2, weights, rows, block, column, first, ahead); break;
      case 3: product_tile(3, weights, rows, block, column, first, ahead); break;
      case 4: product_tile(4, weights, rows, block, column, first, ahead); break;
      case 5: product_tile(5, weights, rows, block, column, first, ahead); break;
      default: product_tile(ANIMO_TILE_ROWS, weights, rows, block, column, first, ahead); break;
    }
  }
}

// z of `rows` rows from `first`, for one block of 16 units.
PIECE void step_sums(const int rows, const struct animo_weights *weights, const struct animo_step_rows *all,
                     ptrdiff_t block, ptrdiff_t first, struct animo_lines ahead, block_numbers z) {
  for (ptrdiff_t column = 0; column < ANIMO_COLUMNS; column += ANIMO_LANES) {
    const char *header = animo_block(weights, block) + 4 * column;
    tile sums;
    UNROLLED for (int row = 0; row < rows; row++) {
      start_step(animo_start_of(all, first + row, block) + column, header, sums[row]);
    }
    add_products(rows, weights, all->state + first * all->state_stride, all->state_stride,
                 animo_quarter(weights, block, column), ahead, sums);
    ahead.next += weights->words * ahead.distance;
    UNROLLED for (int row = 0; row < rows; row++) {
      const float *start = animo_start_of(all, first + row, block) + column;
      finish_sums(sums[row], start, header, &z[row][column]);
    }
  }
}

// One step of up to six rows from `first`, for one block of 16 units.
TARGET static void step_tile(ptrdiff_t rows, const struct animo_weights *weights,
                             const struct animo_step_rows *all, ptrdiff_t block, ptrdiff_t first,
                             struct animo_lines ahead) {
  block_numbers z;
  switch (rows) {
    case 1: step_sums(1, weights, all, block, first, ahead, z); break;
    case 2: step_sums(2, weights, all, block, first, ahead, z); break;
    case 3: step_sums(3, weights, all, block, first, ahead, z); break;
    case 4: step_sums(4, weights, all, block, first, ahead, z); break;
    case 5: step_sums(5, weights, all, block, first, ahead, z); break;
    default: step_sums(ANIMO_TILE_ROWS, weights, all, block, first, ahead, z); break;
  }
  for (ptrdiff_t row = 0; row < rows; row++) {
    for (ptrdiff_t lane = 0; lane < ANIMO_LANES; lane += WIDTH) {
      update_cell(&z[row][lane], all, first + row, block * ANIMO_LANES + lane);
    }
  }
}

TARGET static void step(const struct animo_weights *weights, const struct animo_step_rows *rows) {
  const ptrdiff_t tiles = animo_tile_count(rows->count);
  for (ptrdiff_t index = 0; index < weights->blocks; index++) {
    const ptrdiff_t block = rows->backwards ? weights->blocks - 1 - index : index;
    const ptrdiff_t next = rows->backwards ? block - 1 : block + 1;
    for (ptrdiff_t number = 0; number < tiles; number++) {
      const ptrdiff_t first = animo_tile_start(rows->count, tiles, number);
      const struct animo_lines ahead =
          animo_lines_ahead(weights, block, next, ANIMO_GATES * tiles, ANIMO_GATES * number);
      step_tile(animo_tile_start(rows->count, tiles, number + 1) - first, weights, rows, block, first, ahead);
    }
  }
}
