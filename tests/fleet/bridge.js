// ClickHouse's HTTP interface in front of chDB, a present ClickHouse as a library: bridge.js MODULES DATA PORT. What the program says to a
// server is run by it as it stands; rows go through files, as the library's own road is made for text.
"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");

const [modules, data, port] = process.argv.slice(2);
const { Session } = require(path.join(modules, "node_modules", "chdb"));
const session = new Session(path.join(data, "db"));
const rowsIn = path.join(data, "in.bin");
const rowsOut = path.join(data, "out.bin");

function run(sql, body) {
	const insert = /^(INSERT INTO .*) FORMAT RowBinary$/s.exec(sql);
	const select = /^(SELECT .*) FORMAT RowBinary$/s.exec(sql);
	if (insert) {
		fs.writeFileSync(rowsIn, body);
		session.query(`${insert[1]} FROM INFILE '${rowsIn}' FORMAT RowBinary`);
		return Buffer.alloc(0);
	}
	if (select) {
		session.query(`${select[1]} INTO OUTFILE '${rowsOut}' TRUNCATE FORMAT RowBinary`);
		return fs.readFileSync(rowsOut);
	}
	return Buffer.from(String(session.query(sql)));
}

const server = http.createServer((request, response) => {
	const parts = [];
	request.on("data", (part) => parts.push(part));
	request.on("end", () => {
		const body = Buffer.concat(parts);
		const sql = new URL(request.url, "http://x").searchParams.get("query");
		try {
			response.end(run(sql || body.toString("utf8"), body));
		} catch (error) {
			console.error(`${sql || body.toString("utf8")}\n${error}`);
			response.statusCode = 500;
			response.end(String(error));
		}
	});
});
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
