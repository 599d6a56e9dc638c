// Returns the JSON that the Go test writes to standard input.
export const input = async () => {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
};
