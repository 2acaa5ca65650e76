module seatrial.dev/test/k3s

go 1.25
