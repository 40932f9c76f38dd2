# The project built on Debian 12, as CI does it. The program is compiled for the processor that builds
# the image: build it where it runs.
FROM debian:12
COPY . /seed
WORKDIR /seed
RUN .ci/packages \
    && cmake --preset release -DSEED_TESTS=OFF \
    && cmake --build --preset release --target seed
CMD ["./run.sh"]
