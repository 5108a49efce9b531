// What physics demands of each stage and no more, in C: the references of the detector benchmarks (see BareLoops.cs).
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>
#include <stdlib.h>

// ---- synchroniser: frames of all modules to images, by image id modulo the queue and a bit a module

typedef struct { uint64_t image_id, missing; uint16_t module; uint8_t details[46]; } __attribute__((packed)) frame_t;
typedef struct { frame_t first; uint64_t missing; int32_t missing_frames; } image_t;
typedef struct { uint64_t id, seen[2], missing; int frames; frame_t first; } slot_t;

long synchronise(const uint16_t *order, int modules, uint64_t first_id, int images, int queue, image_t *out, int room)
{
    slot_t *slots = calloc(queue, sizeof *slots);
    long complete = 0;
    frame_t frame = {0};
    for (uint64_t id = first_id; id < first_id + images; id++) {
        for (int m = 0; m < modules; m++) {
            frame.image_id = id;
            frame.module = order[m];
            slot_t *slot = slots + id % queue;
            if (slot->id != id) {
                slot->id = id;
                slot->seen[0] = slot->seen[1] = slot->missing = slot->frames = 0;
                slot->first = frame;
            }
            uint64_t bit = 1ull << (frame.module & 63);
            if (slot->seen[frame.module >> 6 & 1] & bit)
                continue;
            slot->seen[frame.module >> 6 & 1] |= bit;
            slot->missing += frame.missing;
            if (++slot->frames == modules)
                out[complete++ % room] = (image_t){slot->first, slot->missing, 0};
        }
    }
    free(slots);
    return complete;
}
