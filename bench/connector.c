/*
 * Connections without a message, made faster than a Node server accepts them.
 *   connector churn PORT SECONDS PARALLEL   connect, finish, wait for the other side's end, close; prints how many
 *   connector hold PORT COUNT               prints a line when all are open, holds them until standard input ends
 * Source addresses 127.0.0.2 and on: the ports of one would all be in TIME-WAIT within seconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static unsigned turn;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_socket(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) fail("socket");
  int on = 1;
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  struct sockaddr_in local = {.sin_family = AF_INET};
  local.sin_addr.s_addr = htonl(0x7f000002 + turn++ % 100);
  if (bind(fd, (struct sockaddr *)&local, sizeof local)) fail("bind");
  struct sockaddr_in remote = {.sin_family = AF_INET, .sin_port = htons(port)};
  remote.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&remote, sizeof remote) && errno != EINPROGRESS) fail("connect");
  return fd;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void start(int poller, int port) {
  int fd = open_socket(port);
  struct epoll_event event = {.events = EPOLLOUT, .data.fd = fd};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
}

static void churn(int port, double seconds, int parallel) {
  int poller = epoll_create1(0);
  for (int i = 0; i < parallel; i++) start(poller, port);
  long done = 0;
  double begin = now();
  struct epoll_event events[256];
  while (now() - begin < seconds) {
    int count = epoll_wait(poller, events, 256, 100);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (events[i].events & EPOLLOUT && !(events[i].events & (EPOLLERR | EPOLLHUP))) {
        shutdown(fd, SHUT_WR);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event);
        continue;
      }
      char rest[64];
      if (read(fd, rest, sizeof rest) != 0) fail("not the end that was expected");
      close(fd);
      done++;
      start(poller, port);
    }
  }
  printf("%.1f\n", done / (now() - begin));
}

static void hold(int port, int count) {
  for (int i = 0; i < count; i++) {
    int fd = open_socket(port);
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&one, 1, 10000) != 1 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) || error)
      fail("connecting");
  }
  printf("%d\n", count);
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) continue;
}

int main(int argc, char **argv) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (argc == 5 && !strcmp(argv[1], "churn")) churn(atoi(argv[2]), atof(argv[3]), atoi(argv[4]));
  else if (argc == 4 && !strcmp(argv[1], "hold")) hold(atoi(argv[2]), atoi(argv[3]));
  else return 2;
  return 0;
}
