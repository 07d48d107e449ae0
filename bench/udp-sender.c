/*
 * Sends datagrams to a port of this machine: `udp-sender PORT SIZE PER_SECOND COUNT`, PER_SECOND 0 = as fast as it goes.
 * Prints how many the kernel took and how long it took, in seconds.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { largest = 65507, steps = 8 };
static char payload[largest];

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fprintf(stderr, "usage: udp-sender PORT SIZE PER_SECOND COUNT\n");
        return 2;
    }
    int size = atoi(arguments[2]);
    double per_second = atof(arguments[3]);
    long wanted = atol(arguments[4]);
    int sender = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    to.sin_port = htons(atoi(arguments[1]));
    if (size > largest || sender < 0 || connect(sender, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        return 1;
    }
    long taken = 0;
    double begin = seconds();
    for (long i = 0; i < wanted; i++) {
        /* A few at a time: looking at the clock costs as much as a tenth of a datagram. */
        if (per_second > 0 && i % steps == 0)
            while ((seconds() - begin) * per_second < i)
                ;
        if (send(sender, payload, size, 0) == size)
            taken++;
    }
    printf("%ld %f\n", taken, seconds() - begin);
    return 0;
}
