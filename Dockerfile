# The program is one static binary; the image holds it, its configuration and a folder for its data.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/bot ./cmd/bot && mkdir /out/data

# Certificates, time zones and the user "nonroot" (65532), and nothing else.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/bot /bot
COPY --from=build --chown=65532:65532 /out/data /data
COPY config.yaml /config.yaml
# The configuration's paths are relative to here: "sqlite:data/vestnik.db" is in the volume.
WORKDIR /
USER 65532:65532
VOLUME /data
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 CMD ["/bot", "health"]
ENTRYPOINT ["/bot"]
CMD ["run"]
