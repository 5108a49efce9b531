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

// ---- converters: as many bytes as the images have, copied from one ring to another of the same size

void copy_images(uint8_t *target, const uint8_t *source, long image_bytes, int slots, int images)
{
    for (int i = 0; i < images; i++)
        memcpy(target + i % slots * image_bytes, source + i % slots * image_bytes, image_bytes);
}

// The Eiger's rows to their places with memcpy: two runs of `run` bytes, `gap` apart in the image; modules stand two a row of the image.
void place_rows(uint8_t *image, const uint8_t *frame, int module, long image_row, int run, int gap, int module_width, int module_rows)
{
    int up = module / 2 % 2;
    uint8_t *target = image + (long)(module / 2 * (module_rows + 2) + (up ? module_rows - 1 : 0)) * image_row + module % 2 * (long)module_width;
    for (int row = 0; row < module_rows; row++, frame += 2 * run, target += up ? -image_row : image_row) {
        memcpy(target, frame, run);
        memcpy(target + run + gap, frame + run, run);
    }
}

// ---- receiver: recvmmsg, header and payload apart, into a ring; nothing is looked at

#include <sys/socket.h>

long receive_packets(int fd, uint8_t *ring, long ring_bytes, int header_bytes, int payload_bytes, long packets)
{
    enum { batch = 64 };
    static uint8_t headers[batch][128];
    struct mmsghdr messages[batch];
    struct iovec parts[batch][2];
    long received = 0, at = 0;
    memset(messages, 0, sizeof messages);
    while (received < packets) {
        for (int i = 0; i < batch; i++) {
            parts[i][0] = (struct iovec){headers[i], header_bytes};
            parts[i][1] = (struct iovec){ring + at, payload_bytes};
            at = at + 2 * payload_bytes > ring_bytes ? 0 : at + payload_bytes;
            messages[i].msg_hdr.msg_iov = parts[i];
            messages[i].msg_hdr.msg_iovlen = 2;
        }
        int n = recvmmsg(fd, messages, batch, MSG_WAITFORONE, 0);
        if (n <= 0)
            break;
        received += n;
        at = (at - (batch - n) * (long)payload_bytes + ring_bytes) % ring_bytes / payload_bytes * payload_bytes;
    }
    return received;
}

// The same with a live sender, until it is told to stop; counts its system calls.

long receive_live(int fd, uint8_t *ring, long ring_bytes, int header_bytes, int payload_bytes, volatile int *stop, volatile long *calls)
{
    enum { batch = 64 };
    static uint8_t headers[batch][128];
    struct mmsghdr messages[batch];
    struct iovec parts[batch][2];
    long received = 0, at = 0;
    memset(messages, 0, sizeof messages);
    while (!*stop) {
        for (int i = 0; i < batch; i++) {
            parts[i][0] = (struct iovec){headers[i], header_bytes};
            parts[i][1] = (struct iovec){ring + (at + i) * payload_bytes % ring_bytes, payload_bytes};
            messages[i].msg_hdr.msg_iov = parts[i];
            messages[i].msg_hdr.msg_iovlen = 2;
        }
        int n = recvmmsg(fd, messages, batch, MSG_WAITFORONE, 0);
        ++*calls;
        if (n > 0)
            received += n, at += n;
    }
    return received;
}

// ---- writer: the images one after the other into a file, which is removed again

#include <fcntl.h>
#include <unistd.h>

long write_images(const char *path, const uint8_t *ring, long image_bytes, int slots, int images)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    long written = 0;
    while (written < images && write(fd, ring + written % slots * image_bytes, image_bytes) == image_bytes)
        written++;
    close(fd);
    unlink(path);
    return written;
}
